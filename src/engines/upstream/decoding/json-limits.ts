import { JsonBrackets } from './json-brackets.ts'

/** How deep lists and objects of an upstream's JSON may nest. */
export const MAX_JSON_DEPTH = 64
/**
 * Most opening brackets and commas of one event. Objects with that many different keys are parsed in about 5 ms; a long
 * text has none.
 */
export const MAX_EVENT_MEMBERS = 8_192

/** Shorter texts are parsed within a millisecond or two, whatever they hold. */
const MAX_UNCHECKED_CHARACTERS = 16 * 1024

/**
 * Whether JSON would take long to parse: nested too deep, or with too many members. JSON.parse takes 100 ms for a
 * megabyte of brackets, but 1 ms for a text of that length.
 */
export function exceedsJsonLimits(json: string, maxMembers: number): boolean {
  if (json.length <= MAX_UNCHECKED_CHARACTERS) return false
  const brackets = new JsonBrackets(MAX_JSON_DEPTH, maxMembers)
  // What follows the outermost bracket's end is no JSON, and the parser stops there.
  brackets.push(json)
  return brackets.exceedsLimits
}
