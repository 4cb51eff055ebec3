import type { UpstreamDialect } from '../upstream-dialect.ts'
import { openAiCompletionsCapabilities } from './capabilities.ts'
import { OpenAiCompletionsRequestEncoder } from './request.ts'
import { openAiCompletionsResponseReader } from './response.ts'
import { OPENAI_COMPLETIONS_SETTINGS, type OpenAiCompletionsSettings } from './settings.ts'

/** `POST /v1/completions`: the raw text of a prompt. It has no place for tools, images and thinking. */
export const openAiCompletionsDialect = {
  settingsSchema: OPENAI_COMPLETIONS_SETTINGS,
  capabilities: openAiCompletionsCapabilities,
  createRequestEncoder: (settings) => new OpenAiCompletionsRequestEncoder(settings),
  createResponseReader: openAiCompletionsResponseReader,
} satisfies UpstreamDialect<OpenAiCompletionsSettings>
