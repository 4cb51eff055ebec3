import type * as z from 'zod'
import { claudeMessagesDialect } from './claude-messages/claude-messages-dialect.ts'
import { openAiChatDialect } from './openai-chat/openai-chat-dialect.ts'
import { openAiCompletionsDialect } from './openai-completions/openai-completions-dialect.ts'
import type { UpstreamDialect } from './upstream-dialect.ts'

/** Every dialect by its `kind`. A new one is a folder and a line here. */
export const DIALECTS = {
  'openai-completions': openAiCompletionsDialect,
  'openai-chat': openAiChatDialect,
  'claude-messages': claudeMessagesDialect,
} satisfies Readonly<Record<string, UpstreamDialect>>

/** The dialects by name. */
export type UpstreamKind = keyof typeof DIALECTS

/** Settings of an upstream, in any dialect. */
export type UpstreamEngineSettings = z.infer<(typeof DIALECTS)[UpstreamKind]['settingsSchema']>

/** The dialect of an upstream. */
export function dialectOf(settings: UpstreamEngineSettings): UpstreamDialect {
  return DIALECTS[settings.kind]
}
