import { CompletionError } from '../../../completion/completion-error.ts'

/** Who wrote a text: the model, or somebody else who calls it. What a template writes has no author. */
export type TextAuthor = 'assistant' | 'others'

const AUTHORS: readonly TextAuthor[] = ['assistant', 'others']
const CODE_UNITS = 0x10000

/**
 * Characters that can stand in for others: they have no case, are no white space and no punctuation, and JSON leaves
 * them as they are. First those for private use, then, where a prompt holds these, syllables and ideographs.
 */
const STAND_INS: readonly (readonly [first: number, last: number])[] = [
  [0xe000, 0xf8ff],
  [0xac00, 0xd7a3],
  [0x4e00, 0x9fff],
]

/** Templates trim white space, and JSON escapes the others: these stand for themselves. */
const ALWAYS_PLAIN = /[\s"\\\p{Cc}\p{Cs}]/u

/**
 * Keeps in a string itself who wrote each character: one that may be part of a control token is replaced by a stand-in,
 * another for each author. So its author is known wherever a template moves it to, and however it cuts and joins texts.
 */
export class AuthorEncoding {
  /** A character that no text of the prompt holds. */
  readonly mark: string
  readonly #encoded: Readonly<Record<TextAuthor, Uint16Array>>
  readonly #decoded = identityTable()
  /** For each code unit 0, or one more than its author's place in the list. */
  readonly #authors = new Uint8Array(CODE_UNITS)
  readonly #standIns: RegExp

  /**
   * @param alphabet the characters of control tokens
   * @param taken texts with characters that must stand for themselves
   * @throws CompletionError `invalid-request` when these hold so many different characters that none are left
   */
  constructor(alphabet: Iterable<string>, taken: readonly string[] = []) {
    // In the order of the characters, so that texts are sorted as before.
    const chars = [...new Set(alphabet)]
      .filter((char) => char.length === 1 && !ALWAYS_PLAIN.test(char))
      .sort()
    const spare = spareUnits(chars.length * AUTHORS.length + 1, taken)
    this.mark = String.fromCharCode(spare.pop() ?? 0)
    this.#standIns = new RegExp(`[${[...spare, this.mark.charCodeAt(0)].map(escapeUnit).join('')}]`)
    this.#encoded = { assistant: identityTable(), others: identityTable() }
    for (const [place, author] of AUTHORS.entries()) {
      for (const [index, char] of chars.entries()) {
        const standIn = spare[place * chars.length + index] ?? 0
        this.#encoded[author][char.charCodeAt(0)] = standIn
        this.#decoded[standIn] = char.charCodeAt(0)
        this.#authors[standIn] = place + 1
      }
    }
  }

  /** Whether a text that is not encoded holds a stand-in. */
  collidesWith(text: string): boolean {
    return this.#standIns.test(text)
  }

  encode(text: string, author: TextAuthor): string {
    return mapUnits(text, (unit) => this.#encoded[author][unit] ?? unit)
  }

  decode(text: string): string {
    return this.#standIns.test(text) ? mapUnits(text, (unit) => this.#decoded[unit] ?? unit) : text
  }

  /** Who wrote a code unit of an encoded text; null for a template, and for what is never encoded. */
  authorOf(unit: number): TextAuthor | null {
    return AUTHORS[(this.#authors[unit] ?? 0) - 1] ?? null
  }

  /** Changes a text as its readers see it; the authors of the result are those of what it was made of. */
  change(text: string, changePlain: (plain: string) => string): string {
    const plain = this.decode(text)
    const changed = changePlain(plain)
    if (plain === text || changed === plain) return changed === plain ? text : changed
    // One character for one, as a rule; else nobody is trusted more than the least of them.
    if (changed.length !== plain.length) return this.encode(changed, this.#leastTrusted(text))
    return mapUnits(changed, (unit, at) => {
      const author = this.authorOf(text.charCodeAt(at))
      return author === null ? unit : (this.#encoded[author][unit] ?? unit)
    })
  }

  #leastTrusted(text: string): TextAuthor {
    for (let at = 0; at < text.length; at++) {
      if (this.authorOf(text.charCodeAt(at)) === 'others') return 'others'
    }
    return 'assistant'
  }
}

function identityTable(): Uint16Array {
  return Uint16Array.from({ length: CODE_UNITS }, (_, unit) => unit)
}

function spareUnits(count: number, taken: readonly string[]): number[] {
  const isTaken = new Uint8Array(CODE_UNITS)
  for (const text of taken) for (let at = 0; at < text.length; at++) isTaken[text.charCodeAt(at)] = 1
  const spare: number[] = []
  for (const [first, last] of STAND_INS) {
    for (let unit = first; unit <= last && spare.length < count; unit++) {
      if (isTaken[unit] === 0) spare.push(unit)
    }
  }
  if (spare.length === count) return spare
  throw new CompletionError('invalid-request', 'prompt: it holds too many different characters')
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

function mapUnits(text: string, map: (unit: number, at: number) => number): string {
  const bytes = Buffer.from(text, 'utf16le')
  const units = new Uint16Array(bytes.buffer, bytes.byteOffset, text.length)
  for (let at = 0; at < units.length; at++) units[at] = map(units[at] ?? 0, at)
  return bytes.toString('utf16le')
}
