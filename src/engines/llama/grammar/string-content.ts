import type { JsonObject } from '../../../util/json-object.ts'
import type { GrammarRules } from './grammar-rules.ts'
import { patternGrammar, type StringEncoding } from './pattern-grammar.ts'
import { STRING_FORMATS } from './string-formats.ts'

/** Longer strings are not counted: each character is a place of its own in the grammar. */
const MAX_COUNTED_LENGTH = 5000

/** What a grammar enforces of a string's schema. */
export interface StringContent {
  /** The body of a rule for the content of the string; null for any string. */
  readonly body: string | null
  /** Keywords that are not enforced. */
  readonly unsupported: readonly string[]
}

const ANY_STRING: StringContent = { body: null, unsupported: [] }

/** @param character the name of a rule for one character */
export function stringContent(
  rules: GrammarRules,
  schema: JsonObject,
  encoding: StringEncoding,
  character: string,
): StringContent {
  const { pattern, format, minLength, maxLength } = schema
  const lengths = [
    ...(typeof minLength === 'number' && minLength > 0 ? ['minLength'] : []),
    ...(typeof maxLength === 'number' ? ['maxLength'] : []),
  ]
  const others = [...(typeof format === 'string' ? ['format'] : []), ...lengths]
  if (typeof pattern === 'string') {
    rules.budget.spendPattern(pattern)
    const body = patternGrammar(pattern, encoding, `${character}*`)
    return { body, unsupported: body === null ? ['pattern', ...others] : others }
  }
  if (typeof format === 'string') {
    const body = STRING_FORMATS.get(format)?.(rules, encoding) ?? null
    // No format allows the empty string.
    const unbound = minLength === 1 ? lengths.filter((keyword) => keyword !== 'minLength') : lengths
    return { body, unsupported: body === null ? others : unbound }
  }
  return lengths.length === 0 ? ANY_STRING : countedContent(rules, schema, character, lengths)
}

function countedContent(
  rules: GrammarRules,
  { minLength, maxLength }: JsonObject,
  character: string,
  lengths: readonly string[],
): StringContent {
  const min = typeof minLength === 'number' ? Math.max(0, Math.ceil(minLength)) : 0
  const max = typeof maxLength === 'number' ? Math.floor(maxLength) : null
  if (min > MAX_COUNTED_LENGTH || (max ?? 0) > MAX_COUNTED_LENGTH || (max !== null && max < min)) {
    return { body: null, unsupported: lengths }
  }
  const body = rules.counted(character, min, max)
  return { body, unsupported: body === null ? lengths : [] }
}
