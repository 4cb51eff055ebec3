import { MAX_DIGITS } from './integer-range.ts'
import { SchemaBudget } from './schema-budget.ts'
import { SchemaError, TOO_COMPLEX } from './schema-error.ts'

/** The engine compiles a grammar between two steps of other requests; within these bounds it takes 20 ms at most. */
const MAX_RULES = 10_000
const MAX_TEXT_UNITS = 262_144
/** Most characters that are counted in all strings: each is a place in the grammar. */
const MAX_COUNTED = 20_000

const PLAIN_HEX = '[0-9a-cefA-CEF] [0-9a-fA-F]{3} | [dD] [0-7] [0-9a-fA-F]{2}'
const PAIR_HEX = '[dD] [89abAB] [0-9a-fA-F]{2} "\\\\u" [dD] [c-fC-F] [0-9a-fA-F]{2}'

/** Predefined rules. `space` is what models put between two tokens of JSON. */
const PRIMITIVES: Readonly<Record<string, string>> = {
  anyText: '[^\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]*',
  space: '| " " | "\\n" [ \\t]{0,20}',
  // Two escapes that are one character count as one; half of such a pair is none.
  char: `[^"\\\\\\x00-\\x1F] | "\\\\" ( ["\\\\bfnrt] | "u" ( ${PLAIN_HEX} | ${PAIR_HEX} ) )`,
  string: '"\\"" char* "\\""',
  digits: `"0" | [1-9] [0-9]{0,${MAX_DIGITS - 1}}`,
  integer: '"-"? digits',
  number: '"-"? digits ( "." [0-9]{1,40} )? ( [eE] [-+]? [0-9]{1,3} )?',
  boolean: '"true" | "false"',
  null: '"null"',
  member: 'string ":" space value',
  object: '"{" space ( member ( "," space member )* space )? "}"',
  array: '"[" space ( value ( "," space value )* space )? "]"',
  value: 'object | array | string | number | boolean | null',
}

/** The rules of a grammar in llama.cpp's notation (GBNF), with generated names. Rules with the same body are one. */
export class GrammarRules {
  readonly #bodies = new Map<string, string>()
  readonly #names = new Map<string, string>()
  readonly #made = new Map<string, string>()
  #textUnits = 0
  #counted = 0
  /** The budget of all schemas that these rules are created from. */
  readonly budget: SchemaBudget

  constructor(budget = new SchemaBudget()) {
    this.budget = budget
  }

  /** The name of a predefined rule of JSON, such as `string` or `object`. */
  primitive(name: keyof typeof PRIMITIVES & string): string {
    if (this.#bodies.has(name)) return name
    const body = PRIMITIVES[name]
    if (body === undefined) throw new Error(`there is no rule ${name}`)
    this.#set(name, body)
    for (const used of body.match(/(?<!\\)\b[a-z]{4,}\b/g) ?? []) if (used in PRIMITIVES) this.primitive(used)
    return name
  }

  /** @throws SchemaError when there are too many rules, or rules that are too long */
  add(body: string): string {
    const known = this.#names.get(body)
    if (known !== undefined) return known
    const name = this.reserve()
    this.fill(name, body)
    this.#names.set(body, name)
    return name
  }

  /** Creates a rule once for each key, and returns its name. */
  once(key: string, make: () => string): string {
    const known = this.#made.get(key)
    if (known !== undefined) return known
    const name = make()
    this.#made.set(key, name)
    return name
  }

  /** The name of a rule for a counted repetition; null where too much is counted already. Each count is there once. */
  counted(rule: string, min: number, max: number | null): string | null {
    const body = `${rule}{${min},${max ?? ''}}`
    const known = this.#names.get(body)
    if (known !== undefined) return known
    this.#counted += Math.max(min, max ?? 0)
    return this.#counted > MAX_COUNTED ? null : this.add(body)
  }

  /** The name of a rule that refers to itself; `fill` has to give it a body. */
  reserve(): string {
    const name = `r${this.#bodies.size}`
    this.#set(name, '')
    return name
  }

  /** @throws SchemaError as `add` */
  fill(name: string, body: string): void {
    this.#set(name, body)
  }

  /** The grammar with this body for its first rule, `root`. */
  text(root: string): string {
    return [`root ::= ${root}`, ...[...this.#bodies].map(([name, body]) => `${name} ::= ${body}`)].join('\n')
  }

  #set(name: string, body: string): void {
    this.#bodies.set(name, body)
    this.#textUnits += body.length
    if (this.#bodies.size > MAX_RULES || this.#textUnits > MAX_TEXT_UNITS) {
      throw new SchemaError(TOO_COMPLEX)
    }
  }
}

/** A text as a GBNF literal. */
export function literal(text: string): string {
  const quoted = text.replace(/[\\"]/g, '\\$&')
  return `"${quoted.replace(/\p{Cc}/gu, (unit) => codePointEscape(unit.charCodeAt(0)))}"`
}

/**
 * The texts of a rule that do not contain a text: an addition to GBNF. A grammar may exclude one text, in any number of
 * rules.
 */
export function without(rule: string, excluded: string): string {
  return `( ${rule} ) - ${literal(excluded)}`
}

/** A code point as a GBNF escape. */
export function codePointEscape(codePoint: number): string {
  return `\\U${codePoint.toString(16).toUpperCase().padStart(8, '0')}`
}

/** A grammar that also requires a text before everything else. */
export function afterText(grammar: string, before: string): string {
  if (before === '') return grammar
  return grammar.replace(/^root ::= (.*)/, (_, body) => `root ::= ${literal(before)} ( ${body} )`)
}
