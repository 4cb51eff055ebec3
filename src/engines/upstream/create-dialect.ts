import { ClaudeMessagesDialect } from './claude-messages-dialect.ts'
import { OpenAiChatDialect } from './openai-chat-dialect.ts'
import { OpenAiCompletionsDialect } from './openai-completions-dialect.ts'
import type { OnRemark, UpstreamDialect } from './upstream-dialect.ts'
import type { UpstreamEngineSettings } from './upstream-engine-settings.ts'

/** The dialect that an upstream is spoken to in. */
export function createDialect(settings: UpstreamEngineSettings, onRemark: OnRemark): UpstreamDialect {
  switch (settings.kind) {
    case 'openai-completions':
      return new OpenAiCompletionsDialect(settings, onRemark)
    case 'openai-chat':
      return new OpenAiChatDialect(settings, onRemark)
    case 'claude-messages':
      return new ClaudeMessagesDialect(settings, onRemark)
  }
}
