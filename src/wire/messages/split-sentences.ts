import type { WorkSlices } from '../../util/work-slices.ts'

/** The longest sentence, in UTF-16 code units: one that does not end is cut. */
const MAX_SENTENCE_UNITS = 2_000
/** Sentences between two looks at the clock. */
const SENTENCES_BETWEEN_LOOKS = 256
/** The end of a sentence: what closes it and the white space after it, or the end of a paragraph. */
const SENTENCE_END = /[.!?…]["'”’)\]]*\s+|[。！？]["”’」』）]*\s*|\n\s*/gu

/**
 * Where the sentences of a text begin: the first at 0, each other after the white space of the one before it.
 *
 * @param starts gets them, with `offset` added
 */
export async function splitSentences(
  text: string,
  starts: number[],
  slices: WorkSlices,
  offset = 0,
): Promise<void> {
  const ends = new RegExp(SENTENCE_END)
  let start = 0
  for (let count = 1; start < text.length; count++) {
    starts.push(offset + start)
    // No more is searched, so that a text without ends is not searched again and again.
    const searched = text.slice(start, start + MAX_SENTENCE_UNITS)
    ends.lastIndex = 0
    const end = ends.exec(searched)
    start += end === null ? wholeUnits(searched) : end.index + end[0].length
    if (count % SENTENCES_BETWEEN_LOOKS === 0 && slices.isOver) await slices.next()
  }
}

/** A text that is cut in the middle of a character gives that to the next. */
function wholeUnits(text: string): number {
  const isCut = text.length === MAX_SENTENCE_UNITS && /[\ud800-\udbff]$/.test(text)
  return isCut ? text.length - 1 : text.length
}
