import type { Citation } from './citation.ts'

/**
 * A part of a reply as an engine reads it, before its tokens are counted. Parts of the same kind may follow each other.
 */
export type ReplyPart =
  | { readonly type: 'thinking'; readonly text: string }
  /** Ends the thinking before it. */
  | { readonly type: 'thinking-signature'; readonly signature: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'citation'; readonly citation: Citation }
  | { readonly type: 'text-block-end' }
  /** `id` is null where the engine has none. The call's input follows. */
  | { readonly type: 'tool-call-start'; readonly id: string | null; readonly name: string }
  /** More of the text of one JSON object. */
  | { readonly type: 'tool-input'; readonly json: string }
  | { readonly type: 'tool-call-end' }
