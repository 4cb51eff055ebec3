import type { ToolCallParser } from './tool-call-parser.ts'

/** How a model writes its thinking. */
export interface ThinkingFormat {
  readonly startTag: string
  readonly endTag: string
  /** The text that makes the model stop thinking; ends with `endTag` and white space. */
  readonly forcedEnd: string
}

/** How a model marks thinking and tool calls in its replies. */
export interface OutputFormat {
  /** Null if the model does not think. */
  readonly thinking: ThinkingFormat | null
  /** Null if there are no tools to call. */
  readonly calls: ToolCallParser | null
  /** Tags around the text of a reply that are not part of it. */
  readonly responseTags: readonly string[]
  /** Whether a reply consists of messages on channels, as OpenAI's open models write them. */
  readonly isHarmony: boolean
}
