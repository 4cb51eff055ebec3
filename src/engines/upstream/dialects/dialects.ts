import { ClaudeMessagesDialect } from './claude-messages/request.ts'
import { OpenAiChatDialect } from './openai-chat/request.ts'
import { OpenAiCompletionsDialect } from './openai-completions/request.ts'
import type { OnWarning, UpstreamDialect } from './upstream-dialect.ts'
import type { UpstreamEngineSettings } from './upstream-settings.ts'

/** The dialect that an upstream is spoken to in. */
export function createDialect(settings: UpstreamEngineSettings, onWarning: OnWarning): UpstreamDialect {
  switch (settings.kind) {
    case 'openai-completions':
      return new OpenAiCompletionsDialect(settings, onWarning)
    case 'openai-chat':
      return new OpenAiChatDialect(settings, onWarning)
    case 'claude-messages':
      return new ClaudeMessagesDialect(settings, onWarning)
  }
}
