import type { PromptText } from './engine-messages.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Texts this small are tokenized in one go; it takes a few milliseconds at most. */
const SMALL_TEXT_UNITS = 65_536
/** A text with more characters a token than this, over the whole window, is counted in slices first. */
const MANY_UNITS_PER_TOKEN = 12
const SLICE_UNITS = 65_536

/**
 * Tokenizes a prompt without holding up others for long: a prompt far too long for the window is only counted, one
 * slice at a time, and the caller goes on with other work between two yields.
 *
 * @returns the tokens; or the count alone for a prompt that was found too long while it was counted
 */
export function* promptTokens(
  vocabulary: Vocabulary,
  prompt: PromptText,
  contextWindowTokens: number,
): Generator<undefined, Int32Array | number> {
  const units = prompt.parts.reduce((sum, part) => sum + part.length, 0)
  if (units > Math.max(SMALL_TEXT_UNITS, contextWindowTokens * MANY_UNITS_PER_TOKEN)) {
    const count = yield* countInSlices(vocabulary, prompt)
    if (count > contextWindowTokens) return count
  }
  return vocabulary.tokenizePrompt(prompt.parts, prompt.parseSpecial)
}

/** The count may be off by a token for each joint of two slices, which are cut before a space where there is one. */
function* countInSlices(vocabulary: Vocabulary, prompt: PromptText): Generator<undefined, number> {
  let count = vocabulary.beginningOfSequenceText === null ? 0 : 1
  for (const part of prompt.parts) {
    for (let from = 0; from < part.length; ) {
      const to = sliceEnd(part, from)
      count += vocabulary.tokenize(part.slice(from, to), prompt.parseSpecial).length
      from = to
      yield
    }
  }
  return count
}

function sliceEnd(text: string, from: number): number {
  const latest = from + SLICE_UNITS
  if (latest >= text.length) return text.length
  const space = text.lastIndexOf(' ', latest)
  if (space > from) return space
  const isLowSurrogate = (text.charCodeAt(latest) & 0xfc00) === 0xdc00
  return isLowSurrogate ? latest - 1 : latest
}
