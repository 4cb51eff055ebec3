import type { LlamaLibrary, TokenizeArguments } from './llama-library.ts'
import { longestTokenBytes } from './longest-token-bytes.ts'
import type { Pointer } from './native-library.ts'
import { TokenTexts } from './token-texts.ts'

/** What decoding one token adds: text if the token is whole characters, bytes if it may be part of one. */
export type TokenPiece = string | Uint8Array

/** Of `enum llama_vocab_type`: SPM and BPE, which neither drop nor replace anything in a text. */
const BYTE_KEEPING_TYPES: ReadonlySet<number> = new Set([1, 2])

/** Of `enum llama_token_attr`. */
const UNKNOWN = 1
const CONTROL = 8
const USER_DEFINED = 16

/** Enough for the longest piece seen in practice; a longer one is read again with the size it needs. */
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

  /** The texts of all tokens, including control tokens. Read on first use, which may take a tenth of a second. */
  get texts(): TokenTexts {
    this.#texts ??= new TokenTexts(this.size, (token) => this.#pieceBytes(token, true))
    return this.#texts
  }

  /** The most bytes that one token stands for; null where this does not bound the number of a text's tokens. */
  longestTokenBytes(): number | null {
    return BYTE_KEEPING_TYPES.has(this.type) ? longestTokenBytes(this.texts, this.size) : null
  }

  /** Of `enum llama_vocab_type`. */
  get type(): number {
    return this.#library.vocabType(this.pointer)
  }

  get size(): number {
    return this.#pieces.length
  }

  isEndOfGeneration(tokenId: number): boolean {
    return this.#endOfGeneration[tokenId] === 1
  }

  /** The text of the token that begins every prompt; null if the model has none. */
  get beginningOfSequenceText(): string | null {
    return this.#beginningOfSequence === -1 ? null : this.textOf(this.#beginningOfSequence)
  }

  /** The texts of the tokens that chat templates call `bos_token` and `eos_token`; empty if there is none. */
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

  /** The token that begins every prompt; empty if the model has none. */
  get startTokens(): Int32Array {
    return Int32Array.from(this.#beginningOfSequence === -1 ? [] : [this.#beginningOfSequence])
  }

  /** The tokens of a text, without any that begin or end a prompt. */
  tokenize(text: string, parseSpecial: boolean): Int32Array {
    const { tokens, args } = this.#tokenizing(text, parseSpecial)
    const count = this.#library.tokenize(...args)
    if (count >= 0) return tokens.slice(0, count)
    const more = this.#tokenizing(text, parseSpecial, -count)
    return more.tokens.slice(0, Math.max(0, this.#library.tokenize(...more.args)))
  }

  /** Like `tokenize`, on another thread. */
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

  /** The text that a token adds; control tokens add none. */
  pieceOf(tokenId: number): TokenPiece {
    const known = this.#pieces[tokenId]
    if (known !== undefined) return known
    const piece = this.#makePiece(tokenId, false)
    this.#pieces[tokenId] = piece
    return piece
  }

  /** Like `pieceOf`, with the texts of control tokens. */
  preservedPieceOf(tokenId: number): TokenPiece {
    return this.#library.vocabIsControl(this.pointer, tokenId)
      ? this.#makePiece(tokenId, true)
      : this.pieceOf(tokenId)
  }

  isControl(tokenId: number): boolean {
    return this.#library.vocabIsControl(this.pointer, tokenId)
  }

  /** The text of any token, for people; and its bytes where they are no whole characters. */
  shownTextOf(tokenId: number): { readonly text: string; readonly bytes: readonly number[] | null } {
    const piece = this.preservedPieceOf(tokenId)
    if (typeof piece === 'string') return { text: piece, bytes: null }
    return { text: Buffer.from(piece).toString('utf8'), bytes: [...piece] }
  }

  /** The texts among these that are single control tokens, by token. */
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

  #makePiece(tokenId: number, includesControl: boolean): TokenPiece {
    const bytes = this.#pieceBytes(tokenId, includesControl)
    const text = bytes.toString('utf8')
    return Buffer.from(text, 'utf8').equals(bytes) && !text.includes('\ufffd') ? text : Uint8Array.from(bytes)
  }

  #pieceBytes(tokenId: number, includesControl: boolean): Buffer {
    let buffer = Buffer.alloc(PIECE_BUFFER_BYTES)
    let length = this.#library.tokenToPiece(this.pointer, tokenId, buffer, buffer.length, 0, includesControl)
    if (length < 0) {
      buffer = Buffer.alloc(-length)
      length = this.#library.tokenToPiece(this.pointer, tokenId, buffer, buffer.length, 0, includesControl)
    }
    return buffer.subarray(0, Math.max(0, length))
  }
}
