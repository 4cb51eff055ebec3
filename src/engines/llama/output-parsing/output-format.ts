import type { ToolCallParser } from './tool-call-parser.ts'

/** How a model writes its thoughts before a reply. */
export interface ThinkingFormat {
  readonly startTag: string
  readonly endTag: string
  /** What ends a thought that is not to go on. */
  readonly forcedEnd: string
}

/** What a model's replies are made of beside text. */
export interface OutputFormat {
  /** Null if the model has no thoughts of its own. */
  readonly thinking: ThinkingFormat | null
  /** Null if it is to call no tools. */
  readonly calls: ToolCallParser | null
  /** Around the text of a reply, and no part of it. */
  readonly responseTags: readonly string[]
  /** Whether a reply is made of messages on channels, as OpenAI's open models write it. */
  readonly isHarmony: boolean
}
