import type { JsonObject } from '../../../util/json-object.ts'
import { patternGrammar, type StringEncoding } from './pattern-grammar.ts'

/** Longer strings are not counted: llama.cpp would copy the rule of a character that often. */
const MAX_COUNTED_LENGTH = 1000

const HEX = '[0-9a-fA-F]'
const OCTET = '( "25" [0-5] | "2" [0-4] [0-9] | "1" [0-9] [0-9] | [1-9]? [0-9] )'
const DATE = '[0-9]{4} "-" ( "0" [1-9] | "1" [0-2] ) "-" ( "0" [1-9] | [12] [0-9] | "3" [01] )'
const TIME =
  '( [01] [0-9] | "2" [0-3] ) ":" [0-5] [0-9] ":" [0-5] [0-9] ( "." [0-9]{1,9} )? ( "Z" | [-+] ( [01] [0-9] | "2" [0-3] ) ":" [0-5] [0-9] )'
const LABEL = '[a-zA-Z0-9] ( [-a-zA-Z0-9]{0,61} [a-zA-Z0-9] )?'
const DAY_DURATION = '[0-9]{1,4} [YMWD] ( [0-9]{1,4} [MWD] ){0,3}'
const TIME_DURATION = '"T" [0-9]{1,4} [HMS] ( [0-9]{1,4} [MS] ){0,2}'

/** The supported values of `format`. None of their strings needs an escape in JSON. */
const FORMATS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    date: DATE,
    time: TIME,
    'date-time': `${DATE} "T" ${TIME}`,
    duration: `"P" ( ${DAY_DURATION} ( ${TIME_DURATION} )? | ${TIME_DURATION} )`,
    email: `[a-zA-Z0-9.!#$%&'*+/=?^_\`{|}~-]{1,64} "@" ${LABEL} ( "." ${LABEL} ){1,8}`,
    hostname: `${LABEL} ( "." ${LABEL} ){0,8}`,
    uri: '[a-zA-Z] [-+.a-zA-Z0-9]{0,31} ":" [-a-zA-Z0-9._~:/?#@!$&\'()*+,;=%\\[\\]]{1,1000}',
    ipv4: `${OCTET} "." ${OCTET} "." ${OCTET} "." ${OCTET}`,
    ipv6: `( ${HEX}{1,4} ":" ){7} ${HEX}{1,4} | ( ${HEX}{1,4} ":" ){1,6} ( ":" ${HEX}{1,4} ){1,6} | "::" ( ${HEX}{1,4} ( ":" ${HEX}{1,4} ){0,6} )?`,
    uuid: `${HEX}{8} "-" ${HEX}{4} "-" ${HEX}{4} "-" ${HEX}{4} "-" ${HEX}{12}`,
  }),
)

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
    const body = FORMATS.get(format) ?? null
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
