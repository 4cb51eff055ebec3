import * as z from 'zod'
import { ABILITY_FIELDS, UPSTREAM_FIELDS } from '../upstream-settings.ts'
import { CLAUDE_SAMPLING, CLAUDE_SERVER_FIELD } from './claude-servers.ts'

/** The section of an engine that speaks the Messages API. */
export const CLAUDE_MESSAGES_SETTINGS = z.strictObject({
  kind: z.literal('claude-messages').describe('A Claude model, or another server of the Messages API.'),
  server: CLAUDE_SERVER_FIELD,
  sampling: CLAUDE_SAMPLING.describe(
    'Which of temperature, top_p and top_k the model takes: "all"; "one" of the first two, as Claude models since 2025; "none", as the newest. The others are left out. "one" by default; "all" for servers that are not Claude.',
  ).optional(),
  sendStopSequences: z
    .boolean()
    .describe(
      'Whether to send stop sequences, which needs a server that reports which one it met. true by default; false for servers that are not Claude.',
    )
    .optional(),
  sendCacheControl: z
    .boolean()
    .describe(
      'Whether to pass cache_control on. The cache of the server is then shared by all keys of this one: its figures show one key what another sent. true by default; false for servers that are not Claude.',
    )
    .optional(),
  ...ABILITY_FIELDS,
  thinkingControl: z
    .enum(['budget', 'adaptive', 'none'])
    .describe(
      'How the model is asked to think: "budget", with a number of tokens; "adaptive", without one, for the newest models; "none", not at all.',
    )
    .default('budget'),
  schemaField: z
    .enum(['output_config', 'output_format'])
    .describe(
      'The field for the JSON schema of a response; "output_format" is the older one, with its beta header.',
    )
    .default('output_config'),
  ...UPSTREAM_FIELDS,
})

/** Settings of an engine that speaks the Messages API. */
export type ClaudeMessagesSettings = z.infer<typeof CLAUDE_MESSAGES_SETTINGS>
