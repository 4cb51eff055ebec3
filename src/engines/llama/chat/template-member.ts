import { LIST_FUNCTIONS } from './list-functions.ts'
import { MAPPING_FUNCTIONS } from './mapping-functions.ts'
import type { TextMeans } from './python-text.ts'
import {
  functionValue,
  hasEntries,
  isInteger,
  isList,
  isMapping,
  isText,
  plainValue,
  sizeOf,
  type TemplateValue,
  textValue,
} from './template-value.ts'
import { TEXT_FUNCTIONS } from './text-functions.ts'

const SURROGATE = /[\ud800-\udfff]/

export interface Access {
  readonly object: TemplateValue
  /** Decoded. */
  readonly property: TemplateValue
  /** Whether it is `object[property]`, not `object.property`. */
  readonly isItem: boolean
  readonly means: TextMeans
  plain(value: TemplateValue): TemplateValue
}

/** An item or a method of a value; undefined if there is none. */
export function memberOf(access: Access): TemplateValue {
  const { object, property, isItem } = access
  const method = isText(property) ? methodOf(access, property.value) : undefined
  // As in Jinja, `a.items` is the method, and `a['items']` the item.
  const item = method === undefined || hasEntries(object) ? itemOf(access) : undefined
  return (isItem ? (item ?? method) : (method ?? item)) ?? plainValue(undefined)
}

function itemOf({ object, property, means }: Access): TemplateValue | undefined {
  if (hasEntries(object)) return object.value.get(property.value as string)
  if (!isInteger(property)) return undefined
  const at = Number(property.value)
  if (isList(object)) return object.value.at(at)
  if (!isText(object)) return undefined
  means.budget.spendOnText(object.value.length)
  const char = SURROGATE.test(object.value) ? [...object.value].at(at) : object.value.at(at)
  return char === undefined ? undefined : textValue(char)
}

function methodOf({ object, means, plain }: Access, name: string): TemplateValue | undefined {
  const { budget } = means
  if (isText(object)) {
    const work = TEXT_FUNCTIONS.get(name)
    return (
      work &&
      functionValue((args) => {
        budget.spendOnText(object.value.length)
        return work({ text: object.value, args, ...means })
      })
    )
  }
  const method = isMapping(object)
    ? MAPPING_FUNCTIONS.get(name)?.(object.value, means.code)
    : isList(object)
      ? LIST_FUNCTIONS.get(name)?.(object.value, plain)
      : undefined
  if (method === undefined) return undefined
  return functionValue((args, scope) => {
    budget.spendOnList(sizeOf(object))
    return method(args, scope)
  })
}
