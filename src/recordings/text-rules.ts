import type { WorkSlices } from '../util/work-slices.ts'

/** A pattern whose matches are replaced. */
export interface TextRule {
  readonly pattern: string
  readonly replacement: string
}

/** Most code units that are searched in one go, so that others have their turns. */
const MAX_UNITS_IN_ONE_GO = 65_536

/**
 * Replaces what matches patterns. Long texts are searched in pieces that end with a line or a word; the pieces of a text are
 * always the same.
 */
export class TextRules {
  readonly #rules: readonly { readonly pattern: RegExp; readonly replacement: string }[]

  constructor(rules: readonly TextRule[]) {
    this.#rules = rules.map(({ pattern, replacement }) => ({
      pattern: new RegExp(pattern, 'gu'),
      replacement,
    }))
  }

  async apply(text: string, slices: WorkSlices): Promise<string> {
    if (text.length <= MAX_UNITS_IN_ONE_GO) return this.#replace(text)
    const replaced: string[] = []
    for (let start = 0; start < text.length; ) {
      const end = pieceEnd(text, start)
      replaced.push(this.#replace(text.slice(start, end)))
      start = end
      if (slices.isOver) await slices.next()
    }
    return replaced.join('')
  }

  #replace(text: string): string {
    // A function, since `$` in a replacement has no meaning.
    return this.#rules.reduce(
      (result, { pattern, replacement }) => result.replace(pattern, () => replacement),
      text,
    )
  }
}

function pieceEnd(text: string, start: number): number {
  const end = start + MAX_UNITS_IN_ONE_GO
  if (end >= text.length) return text.length
  const middle = start + MAX_UNITS_IN_ONE_GO / 2
  for (const separator of ['\n', ' ']) {
    const at = text.lastIndexOf(separator, end - 1)
    if (at >= middle) return at + 1
  }
  // Not between the halves of a surrogate pair.
  return (text.charCodeAt(end - 1) & 0xfc00) === 0xd800 ? end + 1 : end
}
