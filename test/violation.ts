/** A failed check. The message describes it; `where` names the route and the case. */
export class Violation extends Error {
  override readonly name = 'Violation'
  readonly where: string

  constructor(where: string, what: string, options?: { cause?: unknown }) {
    super(what, options)
    this.where = where
  }
}

/** Most characters of a foreign text that a violation quotes. */
const MAX_QUOTED_CHARACTERS = 300

/** A text shortened to one line, with invisible characters escaped. */
export function quoted(text: string): string {
  const shown = JSON.stringify(text.slice(0, MAX_QUOTED_CHARACTERS))
  return text.length > MAX_QUOTED_CHARACTERS
    ? `${shown} and ${text.length - MAX_QUOTED_CHARACTERS} more`
    : shown
}
