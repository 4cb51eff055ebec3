import type { AuthorEncoding } from './author-encoding.ts'
import type { RenderBudget } from './render-budget.ts'
import {
  isInteger,
  isList,
  isMapping,
  isText,
  plainValue,
  type TemplateValue,
  textValue,
} from './template-value.ts'

export interface TextMeans {
  readonly code: AuthorEncoding
  readonly budget: RenderBudget
}

/** What Python's `repr` escapes: a space is the only separator that it prints. */
const ESCAPED = /(?! )['"\\\p{C}\p{Z}]/u
const ESCAPED_NAMES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
/** Python writes floats from here on, and below a ten thousandth, with an exponent. */
const MIN_EXPONENT_VALUE = 1e16
const MIN_DECIMAL_VALUE = 1e-4

/** What Python's `str` makes of a value; nothing of an undefined one. */
export function pythonText(value: TemplateValue, means: TextMeans): string {
  if (isText(value)) return value.value
  return value.value === undefined ? '' : pythonRepr(value, means)
}

/** A number as Python and its JSON write it. */
export function numberText(value: TemplateValue): string {
  const number = Number(value.value)
  if (isInteger(value)) return String(number)
  const size = Math.abs(number)
  if (!Number.isFinite(number)) return Number.isNaN(number) ? 'nan' : number > 0 ? 'inf' : '-inf'
  if (size !== 0 && (size >= MIN_EXPONENT_VALUE || size < MIN_DECIMAL_VALUE)) {
    return number.toExponential().replace(/([+-])(\d)$/, '$10$2')
  }
  if (Object.is(number, -0)) return '-0.0'
  return Number.isInteger(number) ? number.toFixed(1) : String(number)
}

/** The value of a mapping's key, which is a text unless the template wrote another one. */
export function keyValue(key: unknown): TemplateValue {
  return typeof key === 'string' ? textValue(key) : plainValue(key as number | boolean | null)
}

function pythonRepr(value: TemplateValue, means: TextMeans): string {
  means.budget.spend(1)
  if (isText(value)) return quoted(value.value, means)
  if (isList(value)) return listRepr(value, means)
  if (isMapping(value)) {
    const entries = [...value.value].map(
      ([key, item]) => `${pythonRepr(keyValue(key), means)}: ${pythonRepr(item, means)}`,
    )
    return `{${entries.join(', ')}}`
  }
  if (typeof value.value === 'number') return numberText(value)
  if (typeof value.value === 'boolean') return value.value ? 'True' : 'False'
  if (value.value === null) return 'None'
  return value.value === undefined ? 'Undefined' : String(value.value)
}

function listRepr(list: TemplateValue & { value: TemplateValue[] }, means: TextMeans): string {
  const items = list.value.map((item) => pythonRepr(item, means))
  if (list.type !== 'TupleValue') return `[${items.join(', ')}]`
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`
}

function quoted(text: string, { code, budget }: TextMeans): string {
  budget.spendOnText(text.length)
  const plain = code.decode(text)
  if (!ESCAPED.test(plain)) return `'${text}'`
  const quote = plain.includes("'") && !plain.includes('"') ? '"' : "'"
  let result = quote
  for (const char of text) result += escaped(char, quote, code)
  return result + quote
}

function escaped(char: string, quote: string, code: AuthorEncoding): string {
  const seen = code.decode(char)
  if (seen === quote || seen === '\\') return `\\${char}`
  if (seen !== char || seen === '"' || seen === "'" || !ESCAPED.test(char)) return char
  const point = char.codePointAt(0) ?? 0
  const hex = (digits: number) => point.toString(16).padStart(digits, '0')
  if (point < 0x100) return ESCAPED_NAMES[char] ?? `\\x${hex(2)}`
  return point < 0x10000 ? `\\u${hex(4)}` : `\\U${hex(8)}`
}
