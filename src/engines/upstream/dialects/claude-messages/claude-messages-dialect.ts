import type { UpstreamDialect } from '../upstream-dialect.ts'
import { claudeMessagesCapabilities } from './capabilities.ts'
import { ClaudeMessagesRequestEncoder } from './request.ts'
import { claudeMessagesResponseReader } from './response.ts'
import { CLAUDE_MESSAGES_SETTINGS, type ClaudeMessagesSettings } from './settings.ts'

/** `POST /v1/messages`: system text and turns, for a Claude model or a server with the same API. */
export const claudeMessagesDialect = {
  settingsSchema: CLAUDE_MESSAGES_SETTINGS,
  capabilities: claudeMessagesCapabilities,
  createRequestEncoder: (settings, onWarning) => new ClaudeMessagesRequestEncoder(settings, onWarning),
  createResponseReader: claudeMessagesResponseReader,
} satisfies UpstreamDialect<ClaudeMessagesSettings>
