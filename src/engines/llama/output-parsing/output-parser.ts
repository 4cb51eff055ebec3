import type { ReplyPart } from '../../../completion/reply-part.ts'
import type { OutputFormat } from './output-format.ts'
import { OutputSource, type Reading } from './output-scanner.ts'
import { parseHarmonyOutput } from './parse-harmony-output.ts'
import { parseTaggedOutput } from './parse-tagged-output.ts'
import type { OutputStart } from './parser-context.ts'
import type { ToolSchemas } from './tool-schemas.ts'

/** What a reader has to know of the prompt. */
export interface OutputParserOptions {
  readonly start: OutputStart
  readonly tools: ToolSchemas
}

/** Reads a reply as it comes: its thoughts, its text, its calls. The same pieces come out however it was cut. */
export class OutputParser {
  readonly #source = new OutputSource()
  readonly #reading: Reading
  #pieces: ReplyPart[] = []

  constructor(format: OutputFormat, { start, tools }: OutputParserOptions) {
    const emit = (piece: ReplyPart) => this.#add(piece)
    const reading = { source: this.#source, format, start, tools, emit }
    this.#reading = format.isHarmony ? parseHarmonyOutput(reading) : parseTaggedOutput(reading)
  }

  /** What is certain with this much more text. */
  push(text: string): ReplyPart[] {
    this.#source.append(text)
    return this.#goOn()
  }

  /**
   * What is left when nothing more comes.
   *
   * @param isCut whether the model had more to say: then a call that is not whole stays so
   */
  end(isCut: boolean): ReplyPart[] {
    this.#source.end(isCut)
    return this.#goOn()
  }

  #goOn(): ReplyPart[] {
    this.#reading.next()
    const pieces = this.#pieces
    this.#pieces = []
    return pieces
  }

  #add(piece: ReplyPart): void {
    const last = this.#pieces.at(-1)
    if (last?.type === 'tool-input' && piece.type === 'tool-input') {
      this.#pieces[this.#pieces.length - 1] = { type: 'tool-input', json: last.json + piece.json }
    } else if (last?.type === 'text' && piece.type === 'text') {
      this.#pieces[this.#pieces.length - 1] = { type: 'text', text: last.text + piece.text }
    } else if (last?.type === 'thinking' && piece.type === 'thinking') {
      this.#pieces[this.#pieces.length - 1] = { type: 'thinking', text: last.text + piece.text }
    } else {
      this.#pieces.push(piece)
    }
  }
}
