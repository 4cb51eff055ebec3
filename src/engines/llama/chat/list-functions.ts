import { isEqual } from './template-equality.ts'
import { listValue, plainValue, type TemplateFunction, type TemplateValue } from './template-value.ts'

type Plain = (value: TemplateValue) => TemplateValue

/** The methods of Python's lists. */
export const LIST_FUNCTIONS: ReadonlyMap<string, (items: TemplateValue[], plain: Plain) => TemplateFunction> =
  new Map<string, (items: TemplateValue[], plain: Plain) => TemplateFunction>([
    [
      'append',
      (items) =>
        ([item]) =>
          changed(items.push(item ?? plainValue(undefined))),
    ],
    [
      'extend',
      (items) =>
        ([more]) =>
          changed(items.push(...((more?.value ?? []) as TemplateValue[]))),
    ],
    [
      'insert',
      (items) =>
        ([at, item]) =>
          changed(items.splice(Number(at?.value), 0, item ?? plainValue(null))),
    ],
    [
      'pop',
      (items) =>
        ([at]) =>
          popped(items, Number(at?.value ?? -1)),
    ],
    ['copy', (items) => () => listValue([...items])],
    [
      'count',
      (items, plain) =>
        ([wanted]) =>
          plainValue(items.filter((item) => isSame(item, wanted, plain)).length),
    ],
    [
      'index',
      (items, plain) =>
        ([wanted]) =>
          plainValue(items.findIndex((item) => isSame(item, wanted, plain))),
    ],
  ])

function isSame(item: TemplateValue, wanted: TemplateValue | undefined, plain: Plain): boolean {
  return wanted !== undefined && isEqual(plain(item), plain(wanted))
}

/** Methods that change a list return None. */
function changed(_: unknown): TemplateValue {
  return plainValue(null)
}

function popped(items: TemplateValue[], at: number): TemplateValue {
  const [item] = items.splice(at, 1)
  if (item === undefined) throw new Error('pop() wants an item that the list has')
  return item
}
