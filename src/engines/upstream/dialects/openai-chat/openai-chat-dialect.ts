import type { UpstreamDialect } from '../upstream-dialect.ts'
import { openAiChatCapabilities } from './capabilities.ts'
import { OpenAiChatRequestEncoder } from './request.ts'
import { openAiChatResponseReader } from './response.ts'
import { OPENAI_CHAT_SETTINGS, type OpenAiChatSettings } from './settings.ts'

/** `POST /v1/chat/completions`: the turns of a prompt, through the template that the server has for its model. */
export const openAiChatDialect = {
  settingsSchema: OPENAI_CHAT_SETTINGS,
  capabilities: openAiChatCapabilities,
  createRequestEncoder: (settings, onWarning) => new OpenAiChatRequestEncoder(settings, onWarning),
  createResponseReader: openAiChatResponseReader,
} satisfies UpstreamDialect<OpenAiChatSettings>
