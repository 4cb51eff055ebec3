import { itemsOf } from './mapping-functions.ts'
import { attributeOf, type FilterFunction, type FilterInput, itemsIn } from './template-filters.ts'
import { isList, isMapping, listValue, plainValue, type TemplateValue } from './template-value.ts'

/** Jinja's filters that sort, by decoded values. */
export const SORT_FILTERS: ReadonlyMap<string, FilterFunction> = new Map<string, FilterFunction>([
  ['dictsort', sortedEntries],
  ['sort', sortedItems],
])

interface Order {
  readonly isReversed: boolean
  readonly isCaseSensitive: boolean
}

/** `dictsort(case_sensitive, by, reverse)` */
function sortedEntries(input: FilterInput): TemplateValue {
  const { operand, args, options, plain } = input
  if (!isMapping(operand)) throw new Error('dictsort wants a mapping')
  const [isCaseSensitive, by, reverse] = ['case_sensitive', 'by', 'reverse'].map(
    (name, at) => options.get(name) ?? args[at],
  )
  const place = by !== undefined && plain(by).value === 'value' ? 1 : 0
  const pairs = itemsIn(itemsOf(operand.value))
  const order = { isCaseSensitive: isCaseSensitive?.value === true, isReversed: reverse?.value === true }
  return listValue(sorted(pairs, (pair) => (isList(pair) ? pair.value[place] : undefined), order, input))
}

/** `sort(reverse, case_sensitive, attribute)` */
function sortedItems(input: FilterInput): TemplateValue {
  const { operand, args, options } = input
  const [reverse, isCaseSensitive, attribute] = ['reverse', 'case_sensitive', 'attribute'].map(
    (name, at) => options.get(name) ?? args[at],
  )
  const order = { isCaseSensitive: isCaseSensitive?.value === true, isReversed: reverse?.value === true }
  const keyOf = (item: TemplateValue) => (attribute ? attributeOf(item, attribute, input) : item)
  return listValue(sorted(itemsIn(operand), keyOf, order, input))
}

function sorted(
  items: readonly TemplateValue[],
  keyOf: (item: TemplateValue) => TemplateValue | undefined,
  { isReversed, isCaseSensitive }: Order,
  { plain, budget }: FilterInput,
): TemplateValue[] {
  budget.spend(items.length * Math.ceil(Math.log2(items.length + 1)))
  const keyed = items.map((item) => {
    const { value } = plain(keyOf(item) ?? plainValue(undefined))
    return { item, key: typeof value === 'string' && !isCaseSensitive ? value.toLowerCase() : value }
  })
  const direction = isReversed ? -1 : 1
  return keyed.sort((a, b) => direction * compare(a.key, b.key)).map(({ item }) => item)
}

function compare(a: unknown, b: unknown): number {
  const isComparable = typeof a === 'string' ? typeof b === 'string' : isNumeric(a) && isNumeric(b)
  if (!isComparable) throw new Error('only texts, or only numbers, can be sorted')
  return (a as number) < (b as number) ? -1 : Number((a as number) > (b as number))
}

function isNumeric(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}
