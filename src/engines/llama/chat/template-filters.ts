import { EncodedKeyMap } from './encoded-key-map.ts'
import { itemsOf, keysOf } from './mapping-functions.ts'
import { pythonText, type TextMeans } from './python-text.ts'
import { templateJson } from './template-json.ts'
import { TESTS } from './template-tests.ts'
import {
  floatValue,
  hasEntries,
  isList,
  isMapping,
  isText,
  isTrue,
  listValue,
  mappingValue,
  plainValue,
  type TemplateValue,
  textValue,
} from './template-value.ts'

export interface FilterInput extends TextMeans {
  readonly operand: TemplateValue
  readonly args: readonly TemplateValue[]
  readonly options: ReadonlyMap<string, TemplateValue>
  /** The decoded value; with `true` also the decoded items of a list. */
  plain(value: TemplateValue, hasItems?: boolean): TemplateValue
  filter(operand: TemplateValue, name: string, args: readonly TemplateValue[]): TemplateValue
}

export type FilterFunction = (input: FilterInput) => TemplateValue

/** Jinja's filters as Python has them, on encoded values. */
export const FILTERS: ReadonlyMap<string, FilterFunction> = new Map<string, FilterFunction>([
  ['string', (input) => textValue(pythonText(input.operand, input))],
  ['length', ({ operand }) => plainValue(lengthOf(operand))],
  ['count', ({ operand }) => plainValue(lengthOf(operand))],
  ['list', ({ operand }) => listValue([...itemsIn(operand)])],
  ['first', ({ operand }) => itemsIn(operand)[0] ?? plainValue(undefined)],
  ['last', ({ operand }) => itemsIn(operand).at(-1) ?? plainValue(undefined)],
  ['reverse', ({ operand }) => reversed(operand)],
  [
    'items',
    ({ operand }) => (isMapping(operand) ? itemsOf(operand.value) : listValue([...itemsIn(operand)])),
  ],
  ['default', defaulted],
  ['d', defaulted],
  ['safe', ({ operand }) => operand],
  ['join', joined],
  ['tojson', (input) => textValue(templateJson(input.operand, input.args, input.options, input))],
  ['from_json', fromJson],
  ['int', toInteger],
  ['float', toFloat],
  ['map', mapped],
  ['select', selecting(true, false)],
  ['reject', selecting(false, false)],
  ['selectattr', selecting(true, true)],
  ['rejectattr', selecting(false, true)],
  ['unique', unique],
  ['min', (input) => extreme(input, (a, b) => a < b)],
  ['max', (input) => extreme(input, (a, b) => a > b)],
  ['sum', ({ operand }) => plainValue(itemsIn(operand).reduce((sum, { value }) => sum + Number(value), 0))],
])

/** The items that a loop visits: none of an undefined value. */
export function itemsIn(value: TemplateValue): TemplateValue[] {
  if (isList(value)) return value.value
  if (isMapping(value)) return keysOf(value.value).value as TemplateValue[]
  if (isText(value)) return Array.from(value.value, textValue)
  if (value.value === undefined) return []
  throw new Error(`a value of the kind ${value.type} has no items`)
}

/** As in Jinja, some filters take a value without items, such as None, for an empty list. */
function itemsOrNone(value: TemplateValue): TemplateValue[] {
  return isTrue(value) ? itemsIn(value) : []
}

function lengthOf(value: TemplateValue): number {
  if (!isText(value)) return isMapping(value) ? value.value.size : itemsIn(value).length
  let pairs = 0
  for (const _ of value.value.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) pairs++
  return value.value.length - pairs
}

function reversed(operand: TemplateValue): TemplateValue {
  const items = [...itemsIn(operand)].reverse()
  return isText(operand) ? textValue(items.map(({ value }) => value).join('')) : listValue(items)
}

function defaulted({ operand, args, options }: FilterInput): TemplateValue {
  const other = args[0] ?? options.get('default_value') ?? textValue('')
  const replacesFalse = (args[1] ?? options.get('boolean'))?.value === true
  return operand.value === undefined || (replacesFalse && !isTrue(operand)) ? other : operand
}

function joined(input: FilterInput): TemplateValue {
  const separator = input.args[0] ?? input.options.get('d') ?? textValue('')
  const attribute = input.args[1] ?? input.options.get('attribute')
  const items = itemsIn(input.operand).map((item) => (attribute ? attributeOf(item, attribute, input) : item))
  return textValue(items.map((item) => pythonText(item, input)).join(pythonText(separator, input)))
}

function fromJson({ operand, code }: FilterInput): TemplateValue {
  const parsed: unknown = JSON.parse(code.decode(String(operand.value)))
  const toValue = (value: unknown): TemplateValue => {
    if (typeof value === 'string') return textValue(code.encode(value, 'others'))
    if (Array.isArray(value)) return listValue(value.map(toValue))
    if (typeof value !== 'object' || value === null) return plainValue(value as number | boolean | null)
    return mappingValue(
      new EncodedKeyMap(
        code,
        Object.entries(value).map(([key, item]) => [code.encode(key, 'others'), toValue(item)] as const),
      ),
    )
  }
  return toValue(parsed)
}

function toInteger(input: FilterInput): TemplateValue {
  const other = input.args[0] ?? input.options.get('default') ?? plainValue(0)
  const number = numberIn(input)
  return Number.isFinite(number) ? plainValue(Math.trunc(number)) : other
}

function toFloat(input: FilterInput): TemplateValue {
  const other = input.args[0] ?? input.options.get('default') ?? floatValue(0)
  const number = numberIn(input)
  return Number.isNaN(number) ? other : floatValue(number)
}

/** NaN where Python's `float` refuses the value. */
function numberIn({ operand, plain }: FilterInput): number {
  const { value } = plain(operand)
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value)
  if (typeof value !== 'string') return Number.NaN
  const text = value.trim()
  return /^[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
    ? Number(text.replaceAll('_', ''))
    : Number.NaN
}

function mapped(input: FilterInput): TemplateValue {
  const { operand, args, options } = input
  const attribute = options.get('attribute')
  if (attribute) {
    const other = options.get('default')
    const read = (item: TemplateValue) => attributeOf(item, attribute, input)
    return listValue(
      itemsOrNone(operand).map((item) => {
        const value = read(item)
        return value.value === undefined && other ? other : value
      }),
    )
  }
  const [name, ...rest] = args
  if (!isText(name)) throw new Error('map() wants the name of a filter, or an attribute')
  return listValue(itemsOrNone(operand).map((item) => input.filter(item, name.value, rest)))
}

function selecting(isKept: boolean, hasAttribute: boolean): FilterFunction {
  return (input) => {
    const [attribute, name, argument] = hasAttribute ? input.args : [undefined, ...input.args]
    const test = name === undefined ? undefined : TESTS.get(String(name.value))
    if (name !== undefined && test === undefined) throw new Error(`there is no test ${String(name.value)}`)
    const passes = (item: TemplateValue) => {
      const value = input.plain(attribute ? attributeOf(item, attribute, input) : item, true)
      return test ? test(value, argument && input.plain(argument, true)) : isTrue(value)
    }
    return listValue(itemsOrNone(input.operand).filter((item) => passes(item) === isKept))
  }
}

function unique({ operand, plain }: FilterInput): TemplateValue {
  const seen = new Set<unknown>()
  const kept: TemplateValue[] = []
  for (const item of itemsIn(operand)) {
    const { value } = plain(item)
    const key = typeof value === 'string' ? value.toLowerCase() : value
    if (!seen.has(key)) kept.push(item)
    seen.add(key)
  }
  return listValue(kept)
}

function extreme({ operand, plain }: FilterInput, isBetter: (a: never, b: never) => boolean): TemplateValue {
  const [first = plainValue(undefined), ...rest] = itemsIn(operand)
  return rest.reduce(
    (best, item) => (isBetter(plain(item).value as never, plain(best).value as never) ? item : best),
    first,
  )
}

/** The value of a path such as `function.name`. */
export function attributeOf(
  item: TemplateValue,
  attribute: TemplateValue,
  { plain }: FilterInput,
): TemplateValue {
  let value = item
  for (const name of String(plain(attribute).value).split('.')) {
    const list = isList(value) ? value.value[Number(name)] : undefined
    value = (hasEntries(value) ? value.value.get(name) : list) ?? plainValue(undefined)
  }
  return value
}
