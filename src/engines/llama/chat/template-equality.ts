import { isList, isMapping, type TemplateValue } from './template-value.ts'

/** Python's `==`, on decoded values. */
export function isEqual(a: TemplateValue, b: TemplateValue): boolean {
  if (isList(a) && isList(b)) {
    return (
      a.value.length === b.value.length && a.value.every((item, at) => isEqual(item, b.value[at] ?? item))
    )
  }
  if (isMapping(a) && isMapping(b)) {
    if (a.value.size !== b.value.size) return false
    return [...a.value].every(([key, item]) => {
      const other = b.value.get(key)
      return other !== undefined && isEqual(item, other)
    })
  }
  return numeric(a.value) === numeric(b.value)
}

/** Python's truth values are numbers. */
function numeric(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value
}
