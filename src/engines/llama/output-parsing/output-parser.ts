import type { ReplyFormat } from './output-format.ts'
import type { ReplyStart } from './output-parsing.ts'
import type { ReplyPiece } from './output-part.ts'
import { type Reading, ReplySource } from './output-source.ts'
import { readHarmonyReply } from './parse-harmony-output.ts'
import { readTaggedReply } from './parse-tagged-output.ts'
import type { ToolBook } from './tool-schemas.ts'

/** What a reader has to know of the prompt. */
export interface ReplyReaderOptions {
  readonly start: ReplyStart
  readonly tools: ToolBook
}

/** Reads a reply as it comes: its thoughts, its text, its calls. The same pieces come out however it was cut. */
export class ReplyReader {
  readonly #source = new ReplySource()
  readonly #reading: Reading
  #pieces: ReplyPiece[] = []

  constructor(format: ReplyFormat, { start, tools }: ReplyReaderOptions) {
    const emit = (piece: ReplyPiece) => this.#add(piece)
    const reading = { source: this.#source, format, start, tools, emit }
    this.#reading = format.isHarmony ? readHarmonyReply(reading) : readTaggedReply(reading)
  }

  /** What is certain with this much more text. */
  push(text: string): ReplyPiece[] {
    this.#source.append(text)
    return this.#goOn()
  }

  /**
   * What is left when nothing more comes.
   *
   * @param isCut whether the model had more to say: then a call that is not whole stays so
   */
  end(isCut: boolean): ReplyPiece[] {
    this.#source.end(isCut)
    return this.#goOn()
  }

  #goOn(): ReplyPiece[] {
    this.#reading.next()
    const pieces = this.#pieces
    this.#pieces = []
    return pieces
  }

  #add(piece: ReplyPiece): void {
    const last = this.#pieces.at(-1)
    if (last?.type === 'call-input' && piece.type === 'call-input') {
      this.#pieces[this.#pieces.length - 1] = { type: 'call-input', json: last.json + piece.json }
    } else if (last?.type === 'text' && piece.type === 'text') {
      this.#pieces[this.#pieces.length - 1] = { type: 'text', text: last.text + piece.text }
    } else if (last?.type === 'thought' && piece.type === 'thought') {
      this.#pieces[this.#pieces.length - 1] = { type: 'thought', text: last.text + piece.text }
    } else {
      this.#pieces.push(piece)
    }
  }
}
