import type { ReplyFormat } from './output-format.ts'
import type { EmitPiece } from './output-part.ts'
import type { ReplySource } from './output-source.ts'
import type { ToolBook } from './tool-schemas.ts'

/** Where in a reply its prompt ends: before anything, in a thought, or in the text that a prefill began. */
export type ReplyStart = 'reply' | 'thought' | 'prefill'

/** What a reply is read with. */
export interface ReplyReading {
  readonly source: ReplySource
  readonly format: ReplyFormat
  readonly start: ReplyStart
  readonly tools: ToolBook
  readonly emit: EmitPiece
}
