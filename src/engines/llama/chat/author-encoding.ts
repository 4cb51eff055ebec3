import { CompletionError } from '../../../completion/completion-error.ts'

/** Who wrote a text: the model, or anyone else in the request. Text of the template has no author. */
export type TextAuthor = 'assistant' | 'others'

const AUTHORS: readonly TextAuthor[] = ['assistant', 'others']
const CODE_UNITS = 0x10000

/**
 * Characters that can stand in for others: without case, neither white space nor punctuation, and not escaped in JSON.
 * Private-use characters come first; syllables and ideographs serve a prompt that contains those.
 */
const STAND_INS: readonly (readonly [first: number, last: number])[] = [
  [0xe000, 0xf8ff],
  [0xac00, 0xd7a3],
  [0x4e00, 0x9fff],
]

/** Never encoded: templates trim white space, and JSON escapes the others. */
const ALWAYS_PLAIN = /[\s"\\\p{Cc}\p{Cs}]/u

/**
 * Encodes in a string who wrote each character: characters of control tokens are replaced by stand-ins, different for
 * each author. So the author is known wherever a template moves a character, however it cuts and joins texts.
 */
export class AuthorEncoding {
  /** A character that no text of the prompt contains. */
  readonly mark: string
  readonly #encoded: Readonly<Record<TextAuthor, Uint16Array>>
  readonly #decoded = identityTable()
  /** For each code unit 0, or one more than its author's index. */
  readonly #authors = new Uint8Array(CODE_UNITS)
  readonly #standIns: RegExp

  /**
   * @param alphabet the characters of control tokens
   * @param taken texts whose characters cannot be stand-ins
   * @throws CompletionError `invalid-request` when they contain too many different characters
   */
  constructor(alphabet: Iterable<string>, taken: readonly string[] = []) {
    // In the order of the characters, so that encoded texts sort like plain ones.
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

  /** Whether a plain text contains a stand-in. */
  collidesWith(text: string): boolean {
    return this.#standIns.test(text)
  }

  encode(text: string, author: TextAuthor): string {
    return mapUnits(text, (unit) => this.#encoded[author][unit] ?? unit)
  }

  decode(text: string): string {
    return this.#standIns.test(text) ? mapUnits(text, (unit) => this.#decoded[unit] ?? unit) : text
  }

  /** The author of a code unit of an encoded text; null for the template's, and for characters never encoded. */
  authorOf(unit: number): TextAuthor | null {
    return AUTHORS[(this.#authors[unit] ?? 0) - 1] ?? null
  }

  /** Applies a change to the decoded text; the result keeps the authors. */
  change(text: string, changePlain: (plain: string) => string): string {
    const plain = this.decode(text)
    const changed = changePlain(plain)
    if (plain === text || changed === plain) return changed === plain ? text : changed
    // A change of length loses the authors of single characters: all become the least trusted one's.
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
  const table = new Uint16Array(CODE_UNITS)
  for (let unit = 0; unit < CODE_UNITS; unit++) table[unit] = unit
  return table
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
  throw new CompletionError('invalid-request', 'prompt: it contains too many different characters')
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
