import { isEqual } from './template-equality.ts'
import { isInteger, isList, isMapping, isText, type TemplateValue } from './template-value.ts'

type Test = (value: TemplateValue, argument: TemplateValue | undefined) => boolean

const compared =
  (compare: (a: number | string, b: number | string) => boolean): Test =>
  (value, argument) =>
    compare(value.value as number | string, argument?.value as number | string)
const isIterable: Test = (value) =>
  isText(value) || isList(value) || isMapping(value) || value.value === undefined
const equals: Test = (value, argument) => argument !== undefined && isEqual(value, argument)
const differs: Test = (value, argument) => !equals(value, argument)

/** Jinja's tests, on decoded values. */
export const TESTS: ReadonlyMap<string, Test> = new Map<string, Test>([
  ['defined', ({ value }) => value !== undefined],
  ['undefined', ({ value }) => value === undefined],
  ['none', ({ value }) => value === null],
  ['boolean', ({ value }) => typeof value === 'boolean'],
  ['true', ({ value }) => value === true],
  ['false', ({ value }) => value === false],
  ['string', isText],
  ['number', ({ value }) => typeof value === 'number' || typeof value === 'boolean'],
  ['integer', isInteger],
  ['float', (value) => typeof value.value === 'number' && !isInteger(value)],
  ['mapping', isMapping],
  ['iterable', isIterable],
  ['sequence', isIterable],
  ['callable', ({ value }) => typeof value === 'function'],
  ['odd', ({ value }) => Math.abs(Number(value) % 2) === 1],
  ['even', ({ value }) => Number(value) % 2 === 0],
  ['divisibleby', ({ value }, argument) => Number(value) % Number(argument?.value) === 0],
  ['lower', ({ value }) => isCased(value, String(value).toLowerCase())],
  ['upper', ({ value }) => isCased(value, String(value).toUpperCase())],
  ...['equalto', 'eq', '=='].map((name): [string, Test] => [name, equals]),
  ...['ne', '!='].map((name): [string, Test] => [name, differs]),
  ...['lt', 'lessthan', '<'].map((name): [string, Test] => [name, compared((a, b) => a < b)]),
  ...['gt', 'greaterthan', '>'].map((name): [string, Test] => [name, compared((a, b) => a > b)]),
  ...['le', '<='].map((name): [string, Test] => [name, compared((a, b) => a <= b)]),
  ...['ge', '>='].map((name): [string, Test] => [name, compared((a, b) => a >= b)]),
  ['in', (value, argument) => argument !== undefined && contains(argument, value)],
])

/** Python's `in`, on decoded values. */
export function contains(all: TemplateValue, wanted: TemplateValue): boolean {
  if (all.value === undefined) return false
  if (isList(all)) return all.value.some((item) => isEqual(item, wanted))
  if (isMapping(all)) return all.value.has(wanted.value as string)
  if (isText(all) && isText(wanted)) return all.value.includes(wanted.value)
  throw new Error(`'in' wants a text in a text, or anything in a list or mapping`)
}

function isCased(value: unknown, changed: string): boolean {
  return typeof value === 'string' && value === changed && value.toLowerCase() !== value.toUpperCase()
}
