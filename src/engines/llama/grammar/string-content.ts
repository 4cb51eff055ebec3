import type { JsonObject } from '../../../util/json-object.ts'
import { patternGrammar, type StringEncoding } from './pattern-grammar.ts'
import { STRING_FORMATS } from './string-formats.ts'

/** Longer strings are not counted: llama.cpp would copy the rule of a character that often. */
const MAX_COUNTED_LENGTH = 1000

/** What a grammar enforces of a string's schema. */
export interface StringContent {
  /** The body of a rule for the content of the string; null for any string. */
  readonly body: string | null
  /** Keywords that are not enforced. */
  readonly unsupported: readonly string[]
}

/** @param character the name of a rule for one character */
export function stringContent(
  schema: JsonObject,
  encoding: StringEncoding,
  character: string,
): StringContent {
  const { pattern, format, minLength, maxLength } = schema
  const lengths = ['minLength', 'maxLength'].filter((keyword) => typeof schema[keyword] === 'number')
  if (typeof pattern === 'string') {
    const body = patternGrammar(pattern, encoding, `${character}*`)
    return { body, unsupported: body === null ? ['pattern', ...lengths] : lengths }
  }
  if (typeof format === 'string') {
    const body = STRING_FORMATS.get(format) ?? null
    return { body, unsupported: body === null ? ['format', ...lengths] : lengths }
  }
  if (lengths.length === 0) return { body: null, unsupported: [] }
  const min = wholeNumber(minLength) ?? 0
  const max = wholeNumber(maxLength)
  if (min > MAX_COUNTED_LENGTH || (max ?? 0) > MAX_COUNTED_LENGTH || (max !== null && max < min)) {
    return { body: null, unsupported: lengths }
  }
  return { body: `${character}{${min},${max ?? ''}}`, unsupported: [] }
}

function wholeNumber(value: unknown): number | null {
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null
}
