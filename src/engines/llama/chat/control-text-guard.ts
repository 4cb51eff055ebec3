import type { Prompt } from '../../../completion/prompt.ts'
import type { PromptPart } from '../protocol/prompt-part.ts'
import { AuthorEncoding, type TextAuthor } from './author-encoding.ts'
import { mapPromptTexts } from './map-prompt-texts.ts'
import { type TextFinder, textFinder } from './text-finder.ts'

/** What must not be read out of texts that the template did not write. */
export interface GuardedTexts {
  /** What the tokenizer reads as control tokens, but only where it is told to. */
  readonly controlTexts: readonly string[]
  /** What it reads as single tokens whatever it is told, and models treat as control tokens. */
  readonly implicitControlTexts: readonly string[]
  /**
   * What the readers of a template find thoughts, calls and results by: a model's own words may hold them, those of
   * others may not.
   */
  readonly markers: readonly string[]
}

/** A prompt whose texts keep their authors while they are rendered. */
export interface GuardedPrompt {
  readonly prompt: Prompt
  readonly code: AuthorEncoding
}

/**
 * Keeps what users write from being read as a model's control tokens. In a rendered template such texts as
 * `<|im_end|>` stand for tokens where the template wrote them; where any character is another's they are words,
 * whatever they were put together from.
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

  /** @throws CompletionError `invalid-request` when the prompt holds too many different characters to be kept apart */
  guard(prompt: Prompt): GuardedPrompt {
    const code = this.#codeFor(prompt)
    return { prompt: mapPromptTexts(prompt, (text, author) => code.encode(text, author)), code }
  }

  /** The parts of an encoded text in which no token is read but what the template wrote. */
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
      // A shorter one may end before the first character that is another's.
      const own = this.#tokens.longestAt(text.slice(start, foreign))
      if (own > 0 && !this.#marks.has(text.slice(start, start + own))) parts.addToken(start, start + own)
      if (this.#marks.has(text.slice(start, end))) parts.cut(insideOf(start, foreign))
      else parts.addWords()
    }
    return parts.end()
  }

  /** The parts of a text that no template wrote. */
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

/** A place between two characters of a text that begins at `start`, next to the one at `at`, and in no token before. */
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

  /** Where the first character of an author is, or of any; -1 if there is none. */
  firstOf(start: number, end: number, wanted: TextAuthor | null): number {
    for (let at = start; at < end; at++) {
      const author = this.#code.authorOf(this.#encoded.charCodeAt(at))
      if (author !== null && (wanted === null || author === wanted)) return at
    }
    return -1
  }
}

/**
 * Cuts a text into parts, from its beginning to its end. Where it holds words that look like tokens, all between the
 * template's last token before them and its next one after them is tokenized as words: there the tokenizer cuts too.
 */
class PartWriter {
  readonly #parts: PromptPart[] = []
  readonly #text: string
  readonly #markerCuts: readonly number[]
  #nextMarkerCut = 0
  /** Up to here the text is in parts. */
  #written = 0
  /** Where the template's last token ends. */
  #gapStart = 0
  #hasWords = false
  #cuts: number[] = []

  constructor(text: string, markerCuts: readonly number[]) {
    this.#text = text
    this.#markerCuts = markerCuts
  }

  /** A token of the template; one inside of the last is none. */
  addToken(start: number, end: number): void {
    if (start < this.#gapStart) return
    this.#closeGap(start)
    this.#gapStart = end
  }

  /** Words that the tokenizer would read as a token if it were told to. */
  addWords(): void {
    this.#hasWords = true
  }

  /** A place where the text has to be cut. */
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
