/** Longer events are few, and what is around their text would be held for as long as the answer lasts. */
const MAX_EVENT_CHARACTERS = 2_048
/** Upstreams whose every event differs from the last in more than its text are not looked at for long. */
const MAX_LESSONS = 8

/** What no JSON text has inside its quotes, but as an escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
const NEVER_PLAIN = /["\u0000-\u001f]/

/**
 * Knows an answer's events again that differ from an earlier one in their text alone, as nearly all do, and takes the
 * text out without reading the rest of the JSON anew.
 *
 * What is before the text ends inside of the quotes of a JSON text, so that whatever has no quote of its own goes on in
 * it: the two events are the same JSON but for that text.
 */
export class RecurringText {
  readonly #readText: (data: string) => string | null
  #before: string | null = null
  #behind = ''
  #texts = 0

  /** @param readText reads an event as a whole: its text if it brings nothing else, else null; never throws */
  constructor(readText: (data: string) => string | null) {
    this.#readText = readText
  }

  /** The text of an event that is known; null for one that has to be read. */
  textOf(data: string): string | null {
    const before = this.#before
    if (before === null || data.length < before.length + this.#behind.length) return null
    if (!data.startsWith(before) || !data.endsWith(this.#behind)) return null
    const literal = data.slice(before.length, data.length - this.#behind.length)
    if (!literal.includes('\\')) return NEVER_PLAIN.test(literal) ? null : literal
    return unescaped(literal)
  }

  /** Learns from an event that was read, and brings this text and nothing else. */
  learn(data: string, text: string): void {
    this.#texts += 1
    // A lesson costs as much as an event, and many answers have a single one.
    if (this.#texts === 1 || this.#texts > MAX_LESSONS || data.length > MAX_EVENT_CHARACTERS) return
    const quoted = JSON.stringify(text)
    if (text === '' || quoted.length !== text.length + 2) return
    const start = data.lastIndexOf(quoted) + 1
    const before = data.slice(0, start)
    const behind = data.slice(start + text.length)
    const other = `${text}.`
    // The same text may stand elsewhere in the event; where another one in its place is read, it is the right place.
    if (start === 0 || this.#readText(before + other + behind) !== other) return
    this.#before = before
    this.#behind = behind
  }
}

function unescaped(literal: string): string | null {
  try {
    return JSON.parse(`"${literal}"`) as string
  } catch {
    return null
  }
}
