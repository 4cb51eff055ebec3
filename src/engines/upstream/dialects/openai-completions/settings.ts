import * as z from 'zod'
import { OPENAI_SERVER_FIELD } from '../openai/openai-servers.ts'
import { UPSTREAM_FIELDS } from '../upstream-settings.ts'

/** The section of an engine that sends text to `/v1/completions`. */
export const OPENAI_COMPLETIONS_SETTINGS = z.strictObject({
  kind: z
    .literal('openai-completions')
    .describe('A server of the OpenAI style, sent the text of a prompt through /v1/completions.'),
  server: OPENAI_SERVER_FIELD,
  rawPrompts: z
    .boolean()
    .describe('Whether the text reaches the model unchanged. true by default; false for "ollama".')
    .optional(),
  ...UPSTREAM_FIELDS,
})

/** Settings of an engine that sends text to `/v1/completions`. */
export type OpenAiCompletionsSettings = z.infer<typeof OPENAI_COMPLETIONS_SETTINGS>
