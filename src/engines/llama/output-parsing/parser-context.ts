import type { ReplyPart } from '../../../completion/reply-part.ts'
import type { OutputFormat } from './output-format.ts'
import type { OutputScanner } from './output-scanner.ts'
import type { ToolSchemas } from './tool-schemas.ts'

/** Where in a reply its prompt ends: before anything, in a thought, or in the text that a prefill began. */
export type OutputStart = 'reply' | 'thinking' | 'prefill'

/** What a reply is read with. */
export interface ParserContext {
  readonly scanner: OutputScanner
  readonly format: OutputFormat
  readonly start: OutputStart
  readonly tools: ToolSchemas
  readonly emit: (part: ReplyPart) => void
}
