import { ClaudeMessagesDialect } from './dialects/claude/claude-messages-dialect.ts'
import { OpenAiChatDialect } from './dialects/openai/openai-chat-dialect.ts'
import { OpenAiCompletionsDialect } from './dialects/openai/openai-completions-dialect.ts'
import type { OnWarning, UpstreamDialect } from './dialects/upstream-dialect.ts'
import type { UpstreamEngineSettings } from './upstream-engine-settings.ts'

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
