import type { CallFormat } from './tool-call-parser.ts'

/** How a model writes its thoughts before a reply. */
export interface ThoughtFormat {
  readonly opening: string
  readonly closing: string
  /** What ends a thought that is not to go on. */
  readonly forcedClosing: string
}

/** What a model's replies are made of beside text. */
export interface ReplyFormat {
  /** Null if the model has no thoughts of its own. */
  readonly thought: ThoughtFormat | null
  /** Null if it is to call no tools. */
  readonly calls: CallFormat | null
  /** Around the text of a reply, and no part of it. */
  readonly wrappers: readonly string[]
  /** Whether a reply is made of messages on channels, as OpenAI's open models write it. */
  readonly isHarmony: boolean
}
