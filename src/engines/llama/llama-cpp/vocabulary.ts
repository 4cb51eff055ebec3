import type { LlamaLibrary, Pointer, TokenizeArguments } from './llama-library.ts'
import { longestTokenBytes } from './longest-token-bytes.ts'
import { TokenTexts } from './token-texts.ts'

/** What decoding one token adds: text if the token is whole characters, bytes if it may be part of one. */
export type TokenPiece = string | Uint8Array

/** Of `enum llama_vocab_type`: SPM and BPE, which leave nothing out of a text and put nothing else for it. */
const BYTE_KEEPING_TYPES: ReadonlySet<number> = new Set([1, 2])

/** Of `enum llama_token_attr`. */
const UNKNOWN = 1
const CONTROL = 8
const USER_DEFINED = 16

/** Room for the longest piece seen in practice; a longer one is asked for again with the size it needs. */
const PIECE_BUFFER_BYTES = 256

/** The model's tokens: text to token ids and back. */
export class Vocabulary {
  readonly #library: LlamaLibrary
  readonly pointer: Pointer
  readonly #pieces: (TokenPiece | undefined)[]
  readonly #endOfGeneration: Uint8Array
  readonly #beginningOfSequence: number
  #texts: TokenTexts | null = null

  constructor(library: LlamaLibrary, model: Pointer) {
    this.#library = library
    this.pointer = library.modelGetVocab(model)
    const size = library.vocabTokens(this.pointer)
    this.#pieces = new Array(size)
    this.#endOfGeneration = Uint8Array.from({ length: size }, (_, token) =>
      library.vocabIsEndOfGeneration(this.pointer, token) ? 1 : 0,
    )
    this.#beginningOfSequence = library.vocabAddsBeginningOfSequence(this.pointer)
      ? library.vocabBeginningOfSequence(this.pointer)
      : -1
  }

  /** The texts of all tokens, also of control tokens. Read when they are needed first: a tenth of a second for many. */
  get texts(): TokenTexts {
    this.#texts ??= new TokenTexts(this.size, (token) => this.#pieceBytes(token, true))
    return this.#texts
  }

  /** The most bytes that one token stands for; null where no bound of a text's tokens follows from it. */
  longestTokenBytes(): number | null {
    return BYTE_KEEPING_TYPES.has(this.#library.vocabType(this.pointer))
      ? longestTokenBytes(this.texts, this.size)
      : null
  }

  get size(): number {
    return this.#pieces.length
  }

  isEndOfGeneration(tokenId: number): boolean {
    return this.#endOfGeneration[tokenId] === 1
  }

  /** The text that stands for the token which opens every prompt, null if the model wants none. */
  get beginningOfSequenceText(): string | null {
    return this.#beginningOfSequence === -1 ? null : this.textOf(this.#beginningOfSequence)
  }

  /** The texts of the beginning and the end of a sequence as chat templates name them; empty if there is none. */
  get templateTexts(): { beginningOfSequence: string; endOfSequence: string } {
    return {
      beginningOfSequence: this.textOf(this.#library.vocabBeginningOfSequence(this.pointer)) ?? '',
      endOfSequence: this.textOf(this.#library.vocabEndOfSequence(this.pointer)) ?? '',
    }
  }

  /** The texts that `tokenize` reads as control tokens where it parses them. */
  controlTexts(): string[] {
    return this.#textsWith(CONTROL | UNKNOWN)
  }

  /** The texts that `tokenize` reads as single tokens everywhere. */
  userDefinedTexts(): string[] {
    return this.#textsWith(USER_DEFINED)
  }

  #textsWith(attributes: number): string[] {
    const texts: string[] = []
    for (let token = 0; token < this.size; token++) {
      if ((this.#library.vocabAttributes(this.pointer, token) & attributes) === 0) continue
      const text = this.textOf(token)
      if (text) texts.push(text)
    }
    return texts
  }

  textOf(tokenId: number): string | null {
    return tokenId < 0 ? null : this.#library.vocabText(this.pointer, tokenId)
  }

  /** The token that opens every prompt; none if the model wants none. */
  get openingTokens(): Int32Array {
    return Int32Array.from(this.#beginningOfSequence === -1 ? [] : [this.#beginningOfSequence])
  }

  /** Tokens of a text, with nothing put before or after it. */
  tokenize(text: string, parseSpecial: boolean): Int32Array {
    const { tokens, args } = this.#tokenizing(text, parseSpecial)
    const count = this.#library.tokenize(...args)
    if (count >= 0) return tokens.slice(0, count)
    const more = this.#tokenizing(text, parseSpecial, -count)
    return more.tokens.slice(0, Math.max(0, this.#library.tokenize(...more.args)))
  }

  /** As `tokenize`, on another thread. */
  async tokenizeAsync(text: string, parseSpecial: boolean): Promise<Int32Array> {
    const { tokens, args } = this.#tokenizing(text, parseSpecial)
    const count = await this.#library.tokenizeAsync(...args)
    if (count >= 0) return tokens.slice(0, count)
    const more = this.#tokenizing(text, parseSpecial, -count)
    return more.tokens.slice(0, Math.max(0, await this.#library.tokenizeAsync(...more.args)))
  }

  #tokenizing(text: string, parseSpecial: boolean, maxTokens?: number) {
    const bytes = Buffer.from(text, 'utf8')
    const tokens = new Int32Array(maxTokens ?? bytes.length + 2)
    const args: TokenizeArguments = [
      this.pointer,
      bytes,
      bytes.length,
      tokens,
      tokens.length,
      false,
      parseSpecial,
    ]
    return { tokens, args }
  }

  /** What the token adds to the text; control tokens add nothing. */
  pieceOf(tokenId: number): TokenPiece {
    const known = this.#pieces[tokenId]
    if (known !== undefined) return known
    const piece = this.#makePiece(tokenId, false)
    this.#pieces[tokenId] = piece
    return piece
  }

  /** As `pieceOf`, with the texts of control tokens. */
  preservedPieceOf(tokenId: number): TokenPiece {
    return this.#library.vocabIsControl(this.pointer, tokenId)
      ? this.#makePiece(tokenId, true)
      : this.pieceOf(tokenId)
  }

  /** The control tokens among texts, with what they are to add to the text where they are not to be hidden. */
  controlTokensOf(texts: readonly string[]): ReadonlyMap<number, string> {
    const found = new Map<number, string>()
    for (const text of texts) {
      const [token, ...more] = this.tokenize(text, true)
      if (token !== undefined && more.length === 0 && this.#library.vocabIsControl(this.pointer, token)) {
        found.set(token, text)
      }
    }
    return found
  }

  #makePiece(tokenId: number, showsControl: boolean): TokenPiece {
    const bytes = this.#pieceBytes(tokenId, showsControl)
    const text = bytes.toString('utf8')
    return Buffer.from(text, 'utf8').equals(bytes) && !text.includes('\ufffd') ? text : Uint8Array.from(bytes)
  }

  #pieceBytes(tokenId: number, showsControl: boolean): Buffer {
    let buffer = Buffer.alloc(PIECE_BUFFER_BYTES)
    let length = this.#library.tokenToPiece(this.pointer, tokenId, buffer, buffer.length, 0, showsControl)
    if (length < 0) {
      buffer = Buffer.alloc(-length)
      length = this.#library.tokenToPiece(this.pointer, tokenId, buffer, buffer.length, 0, showsControl)
    }
    return buffer.subarray(0, Math.max(0, length))
  }
}
