export interface TextPlace {
  readonly start: number
  readonly end: number
}

/** Finds texts in a text, including overlapping ones: at each position the longest that starts there. */
export interface TextFinder {
  readonly find: (text: string) => Iterable<TextPlace>
  /** The length of the longest text at the start; 0 if there is none. */
  readonly longestAt: (text: string) => number
}

/** Finds the given texts except single characters, which cannot be composed of two texts. */
export function textFinder(texts: readonly string[]): TextFinder {
  const sources = [...new Set(texts)]
    .filter((text) => text.length > 1)
    .sort((a, b) => b.length - a.length)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  if (sources.length === 0) return { find: () => [], longestAt: () => 0 }
  const anywhere = new RegExp(sources.join('|'), 'g')
  const atStart = new RegExp(sources.join('|'), 'y')
  return {
    find: (text) => findAll(text, anywhere),
    longestAt: (text) => {
      atStart.lastIndex = 0
      return atStart.exec(text)?.[0].length ?? 0
    },
  }
}

function* findAll(text: string, pattern: RegExp): Generator<TextPlace> {
  let from = 0
  while (from < text.length) {
    pattern.lastIndex = from
    const found = pattern.exec(text)
    if (found === null) return
    yield { start: found.index, end: found.index + found[0].length }
    from = found.index + 1
  }
}
