import type { MessageFormat } from './message-format.ts'
import type { ThinkingFormat } from './thinking-format.ts'
import type { ToolCallParser } from './tool-call-parser.ts'

/** How a model marks thinking and tool calls in its replies. */
export interface OutputFormat {
  /** Null if the model does not think. */
  readonly thinking: ThinkingFormat | null
  /** Null if there are no tools to call. */
  readonly calls: ToolCallParser | null
  /** Tags around the text of a reply that are not part of it: the first two start and end it. */
  readonly responseTags: readonly string[]
  /** Other tags that a model writes in places where they mean nothing. */
  readonly strayTags: readonly string[]
  /** Null unless a reply consists of messages, each with a recipient. */
  readonly messages: MessageFormat | null
}

/** The format of a model that writes nothing but text. */
export const PLAIN_OUTPUT: OutputFormat = {
  thinking: null,
  calls: null,
  responseTags: [],
  strayTags: [],
  messages: null,
}
