/** Longer events are rare, and what surrounds their text would stay in memory for as long as the response lasts. */
const MAX_EVENT_CHARACTERS = 2_048
/** An upstream whose events differ in more than their text is not examined further. */
const MAX_LEARNED_EVENTS = 8

/** Characters that a JSON string has only as escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be found
const NEVER_PLAIN = /["\u0000-\u001f]/

/**
 * Recognizes events of a response that differ from an earlier one only in their text, as nearly all do, and extracts the
 * text without parsing the rest of the JSON again.
 *
 * The part before the text ends inside the quotes of a JSON string, so whatever has no quote of its own continues that
 * string: the two events are the same JSON except for the text.
 */
export class EventTemplate {
  readonly #readText: (data: string) => string | null
  #before: string | null = null
  #after = ''
  #texts = 0

  /** @param readText parses an event: its text if it has nothing else, else null; never throws */
  constructor(readText: (data: string) => string | null) {
    this.#readText = readText
  }

  /** The text of an event that is recognized; null for one that has to be parsed. */
  textOf(data: string): string | null {
    const before = this.#before
    if (before === null || data.length < before.length + this.#after.length) return null
    if (!data.startsWith(before) || !data.endsWith(this.#after)) return null
    const literal = data.slice(before.length, data.length - this.#after.length)
    if (!literal.includes('\\')) return NEVER_PLAIN.test(literal) ? null : literal
    return unescaped(literal)
  }

  /** Learns from a parsed event that has this text and nothing else. */
  learn(data: string, text: string): void {
    this.#texts += 1
    // Learning costs as much as parsing an event, and many responses have only one.
    if (this.#texts === 1 || this.#texts > MAX_LEARNED_EVENTS || data.length > MAX_EVENT_CHARACTERS) return
    const quoted = JSON.stringify(text)
    if (text === '' || quoted.length !== text.length + 2) return
    const start = data.lastIndexOf(quoted) + 1
    const before = data.slice(0, start)
    const after = data.slice(start + text.length)
    const other = `${text}.`
    // The same text may occur elsewhere in the event: it is the right place if another text in it is read back.
    if (start === 0 || this.#readText(before + other + after) !== other) return
    this.#before = before
    this.#after = after
  }
}

function unescaped(literal: string): string | null {
  try {
    return JSON.parse(`"${literal}"`) as string
  } catch {
    return null
  }
}
