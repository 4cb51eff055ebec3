import type { Prompt } from '../../../completion/prompt.ts'
import type { PromptPart } from '../protocol/engine-command.ts'
import { AuthorEncoding, type TextAuthor } from './author-encoding.ts'
import { mapPromptTexts } from './map-prompt-texts.ts'
import { type TextFinder, textFinder } from './text-finder.ts'

/** Texts that must not be tokenized as control tokens unless the template wrote them. */
export interface GuardedTexts {
  /** Control tokens, which the tokenizer recognizes where `parseSpecial` is set. */
  readonly controlTexts: readonly string[]
  /** User-defined tokens that the tokenizer always recognizes and models treat as control tokens. */
  readonly implicitControlTexts: readonly string[]
  /** Tags of thinking, tool calls and results: allowed in the model's own text, but not in that of others. */
  readonly markers: readonly string[]
}

/** A prompt whose texts are encoded with their authors. */
export interface GuardedPrompt {
  readonly prompt: Prompt
  readonly code: AuthorEncoding
}

/**
 * Keeps text of the request from being tokenized as control tokens. In a rendered prompt a text such as `<|im_end|>` is
 * a token only where the template wrote all of it; where any character is from the request it is plain text.
 */
export class ControlTextGuard {
  readonly #code: AuthorEncoding
  readonly #tokens: TextFinder
  readonly #markers: TextFinder
  readonly #marks: ReadonlySet<string>
  readonly #alphabet: string

  constructor({ controlTexts, implicitControlTexts, markers }: GuardedTexts) {
    this.#alphabet = [...controlTexts, ...implicitControlTexts, ...markers].join('')
    this.#code = new AuthorEncoding(this.#alphabet)
    this.#tokens = textFinder([...controlTexts, ...implicitControlTexts])
    this.#markers = textFinder(markers)
    this.#marks = new Set(implicitControlTexts)
  }

  /** @throws CompletionError `invalid-request` when the prompt contains too many different characters to encode */
  guard(prompt: Prompt): GuardedPrompt {
    const code = this.#codeFor(prompt)
    return { prompt: mapPromptTexts(prompt, (text, author) => code.encode(text, author)), code }
  }

  /** Splits a rendered prompt into parts in which only the template's control tokens are recognized. */
  split(encoded: string, code: AuthorEncoding): PromptPart[] {
    const text = code.decode(encoded)
    const authors = new Authors(encoded, code)
    const parts = new PartWriter(text, this.#markerCuts(text, authors))
    for (const { start, end } of this.#tokens.find(text)) {
      const foreign = authors.firstOf(start, end, null)
      if (foreign === -1) {
        if (!this.#marks.has(text.slice(start, end))) parts.addToken(start, end)
        continue
      }
      // A shorter token may end before the first character of the request.
      const own = this.#tokens.longestAt(text.slice(start, foreign))
      if (own > 0 && !this.#marks.has(text.slice(start, start + own))) parts.addToken(start, start + own)
      if (this.#marks.has(text.slice(start, end))) parts.cut(insideOf(start, foreign))
      else parts.addWords()
    }
    return parts.end()
  }

  /** Splits a text without a template into parts in which no control token is recognized. */
  splitWords(text: string): PromptPart[] {
    const parts = new PartWriter(text, [])
    parts.addWords()
    for (const { start, end } of this.#tokens.find(text)) {
      if (this.#marks.has(text.slice(start, end))) parts.cut(insideOf(start, start))
    }
    return parts.end()
  }

  #markerCuts(text: string, authors: Authors): number[] {
    const cuts: number[] = []
    for (const { start, end } of this.#markers.find(text)) {
      const foreign = authors.firstOf(start, end, 'others')
      if (foreign !== -1) cuts.push(insideOf(start, foreign))
    }
    return cuts
  }

  #codeFor(prompt: Prompt): AuthorEncoding {
    const texts: string[] = []
    let collides = false
    mapPromptTexts(prompt, (text) => {
      texts.push(text)
      collides ||= this.#code.collidesWith(text)
      return text
    })
    return collides ? new AuthorEncoding(this.#alphabet, texts) : this.#code
  }
}

/** A position inside a text that starts at `start`: before the character at `at`, or after the first. */
function insideOf(start: number, at: number): number {
  return at > start ? at : start + 1
}

class Authors {
  readonly #encoded: string
  readonly #code: AuthorEncoding

  constructor(encoded: string, code: AuthorEncoding) {
    this.#encoded = encoded
    this.#code = code
  }

  /** The position of the first character of an author, or of any author; -1 if there is none. */
  firstOf(start: number, end: number, wanted: TextAuthor | null): number {
    for (let at = start; at < end; at++) {
      const author = this.#code.authorOf(this.#encoded.charCodeAt(at))
      if (author !== null && (wanted === null || author === wanted)) return at
    }
    return -1
  }
}

/**
 * Cuts a text into parts, from start to end. Around text that looks like a token, everything between the template's
 * previous and next token is tokenized as plain text: at those tokens the tokenizer cuts anyway.
 */
class PartWriter {
  readonly #parts: PromptPart[] = []
  readonly #text: string
  readonly #markerCuts: readonly number[]
  #nextMarkerCut = 0
  /** The end of the last part. */
  #written = 0
  /** The end of the template's last token. */
  #gapStart = 0
  #hasWords = false
  #cuts: number[] = []

  constructor(text: string, markerCuts: readonly number[]) {
    this.#text = text
    this.#markerCuts = markerCuts
  }

  /** Adds a token of the template, unless it overlaps the last one. */
  addToken(start: number, end: number): void {
    if (start < this.#gapStart) return
    this.#closeGap(start)
    this.#gapStart = end
  }

  /** Adds text that the tokenizer would recognize as a token with `parseSpecial`. */
  addWords(): void {
    this.#hasWords = true
  }

  /** Adds a position where the text has to be cut. */
  cut(at: number): void {
    this.#cuts.push(at)
  }

  end(): PromptPart[] {
    this.#closeGap(this.#text.length)
    this.#write(this.#text.length, true)
    return this.#parts
  }

  #closeGap(end: number): void {
    for (; (this.#markerCuts[this.#nextMarkerCut] ?? end + 1) <= end; this.#nextMarkerCut++) {
      this.#cuts.push(this.#markerCuts[this.#nextMarkerCut] ?? end)
    }
    const cuts = this.#cuts.filter((cut) => cut <= end).sort((a, b) => a - b)
    if (!this.#hasWords && cuts.length === 0) return
    this.#write(this.#gapStart, true)
    for (const cut of [...cuts, end]) this.#write(cut, false)
    this.#hasWords = false
    this.#cuts = this.#cuts.filter((cut) => cut > end)
  }

  #write(end: number, parseSpecial: boolean): void {
    if (end <= this.#written) return
    this.#parts.push({ text: this.#text.slice(this.#written, end), parseSpecial })
    this.#written = end
  }
}
