import type { AuthorEncoding } from './author-encoding.ts'
import { keyValue } from './python-text.ts'
import {
  isMapping,
  isText,
  listValue,
  mappingValue,
  plainValue,
  type TemplateFunction,
  type TemplateValue,
  tupleValue,
} from './template-value.ts'

type Entries = Map<string, TemplateValue>

/** The methods of Python's dictionaries that templates may call: none that changes one. */
export const MAPPING_FUNCTIONS: ReadonlyMap<
  string,
  (entries: Entries, code: AuthorEncoding) => TemplateFunction
> = new Map<string, (entries: Entries, code: AuthorEncoding) => TemplateFunction>([
  ['items', (entries) => () => itemsOf(entries)],
  ['keys', (entries) => () => keysOf(entries)],
  ['values', (entries) => () => listValue([...entries.values()])],
  ['copy', (entries) => () => mappingValue(entries)],
  ['get', (entries, code) => (args) => getOf(entries, code, args)],
])

export function itemsOf(entries: Entries): TemplateValue {
  return listValue([...entries].map(([key, value]) => tupleValue([keyValue(key), value])))
}

export function keysOf(entries: Entries): TemplateValue {
  return listValue([...entries.keys()].map(keyValue))
}

function getOf(
  entries: Entries,
  code: AuthorEncoding,
  [key, ...others]: readonly TemplateValue[],
): TemplateValue {
  const wanted = isText(key) ? code.decode(key.value) : (key?.value as string)
  const [other] = others
  const named =
    isMapping(other) && other.type === 'KeywordArgumentsValue' ? other.value.get('default') : other
  return entries.get(wanted) ?? named ?? plainValue(null)
}
