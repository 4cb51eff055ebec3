import type { ReplyPart } from '../../../completion/reply-part.ts'
import type { OutputFormat } from './output-format.ts'
import type { OutputScanner } from './output-scanner.ts'
import type { ToolsByName } from './tool-call-parser.ts'

/** What the prompt ends with: nothing of the reply, the start of thinking, or a prefill. */
export type OutputStart = 'reply' | 'thinking' | 'prefill'

/** What the parser of a reply works on. */
export interface ParserContext {
  readonly scanner: OutputScanner
  readonly format: OutputFormat
  readonly start: OutputStart
  readonly tools: ToolsByName
  readonly emit: (part: ReplyPart) => void
}
