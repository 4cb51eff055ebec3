import type { ReplyPart } from '../../../completion/reply-part.ts'
import type { OutputFormat } from './output-format.ts'
import { OutputScanner, type Resumable } from './output-scanner.ts'
import { parseMessageOutput } from './parse-message-output.ts'
import { parseTaggedOutput } from './parse-tagged-output.ts'
import type { OutputStart, ParserContext } from './parser-context.ts'
import type { ToolsByName } from './tool-call-parser.ts'

/** What the parser has to know of the prompt. */
export interface OutputParserOptions {
  readonly start: OutputStart
  readonly tools: ToolsByName
}

/**
 * Parses a reply into thinking, text and tool calls while it is generated. The result does not depend on how the text is
 * cut into deltas.
 */
export class OutputParser {
  readonly #scanner = new OutputScanner()
  readonly #parsing: Resumable
  #parts: ReplyPart[] = []

  constructor(format: OutputFormat, { start, tools }: OutputParserOptions) {
    const emit = (part: ReplyPart) => this.#add(part)
    const context: ParserContext = { scanner: this.#scanner, format, start, tools, emit }
    this.#parsing =
      format.messages === null ? parseTaggedOutput(context) : parseMessageOutput(context, format.messages)
  }

  /** Parses more text, as far as it is unambiguous. */
  push(text: string): ReplyPart[] {
    this.#scanner.append(text)
    return this.#resume()
  }

  /**
   * Parses the rest after the last text.
   *
   * @param isCut whether the completion ended before the model did: an incomplete tool call then stays incomplete
   */
  end(isCut: boolean): ReplyPart[] {
    this.#scanner.end(isCut)
    return this.#resume()
  }

  #resume(): ReplyPart[] {
    this.#parsing.next()
    const parts = this.#parts
    this.#parts = []
    return parts
  }

  #add(part: ReplyPart): void {
    const last = this.#parts.at(-1)
    if (last?.type === 'tool-input' && part.type === 'tool-input') {
      this.#parts[this.#parts.length - 1] = { type: 'tool-input', json: last.json + part.json }
    } else if (last?.type === 'text' && part.type === 'text') {
      this.#parts[this.#parts.length - 1] = { type: 'text', text: last.text + part.text }
    } else if (last?.type === 'thinking' && part.type === 'thinking') {
      this.#parts[this.#parts.length - 1] = { type: 'thinking', text: last.text + part.text }
    } else {
      this.#parts.push(part)
    }
  }
}
