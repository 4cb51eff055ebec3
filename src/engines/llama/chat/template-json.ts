import { keyValue, numberText, pythonText, type TextMeans } from './python-text.ts'
import { isList, isMapping, isText, type TemplateValue } from './template-value.ts'

const NOT_ASCII = /[\x7f-\uffff]/g

interface JsonStyle {
  readonly indent: number | null
  readonly itemSeparator: string
  readonly keySeparator: string
  readonly sortsKeys: boolean
}

/** The order of `tojson`'s arguments in the `transformers` library, for which chat templates are written. */
const ARGUMENTS = ['ensure_ascii', 'indent', 'separators', 'sort_keys']

/** A value as Python's `json.dumps` writes it. Its texts stay encoded, except where they are escaped to ASCII. */
export function templateJson(
  value: TemplateValue,
  args: readonly TemplateValue[],
  options: ReadonlyMap<string, TemplateValue>,
  means: TextMeans,
): string {
  const [ascii, indent, separators, sorts] = ARGUMENTS.map((name, at) => options.get(name) ?? args[at])
  const width = typeof indent?.value === 'number' ? indent.value : null
  const [item, key] = isList(separators) ? separators.value : []
  const json = new JsonWriter(
    {
      indent: width,
      itemSeparator: isText(item) ? item.value : width === null ? ', ' : ',',
      keySeparator: isText(key) ? key.value : ': ',
      sortsKeys: sorts?.value === true,
    },
    means,
  ).write(value, 0)
  return ascii?.value === true ? asciiOf(json, means) : json
}

class JsonWriter {
  readonly #style: JsonStyle
  readonly #means: TextMeans

  constructor(style: JsonStyle, means: TextMeans) {
    this.#style = style
    this.#means = means
  }

  write(value: TemplateValue, depth: number): string {
    this.#means.budget.spend(1)
    if (isText(value)) {
      this.#means.budget.spendOnText(value.value.length)
      return JSON.stringify(value.value)
    }
    if (isList(value)) {
      return this.#enclose(
        '[]',
        depth,
        value.value.map((item) => this.write(item, depth + 1)),
      )
    }
    if (isMapping(value)) {
      const entries = this.#sorted([...value.value])
      const written = entries.map(([key, item]) => {
        return this.#keyOf(key) + this.#style.keySeparator + this.write(item, depth + 1)
      })
      return this.#enclose('{}', depth, written)
    }
    if (typeof value.value === 'number') return numberText(value)
    if (typeof value.value === 'function') throw new Error('a function cannot be written as JSON')
    return JSON.stringify(value.value ?? null)
  }

  #keyOf(key: unknown): string {
    return typeof key === 'string' ? JSON.stringify(key) : `"${this.write(keyValue(key), 0)}"`
  }

  #sorted(entries: [unknown, TemplateValue][]): [unknown, TemplateValue][] {
    if (!this.#style.sortsKeys) return entries
    const plain = (key: unknown) => this.#means.code.decode(pythonText(keyValue(key), this.#means))
    const keyed = entries.map((entry) => ({ entry, key: plain(entry[0]) }))
    return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ entry }) => entry)
  }

  #enclose([open, close]: string | readonly string[], depth: number, items: readonly string[]): string {
    const { indent, itemSeparator } = this.#style
    if (indent === null || items.length === 0) return `${open}${items.join(itemSeparator)}${close}`
    const line = (level: number) => `\n${' '.repeat(indent * level)}`
    const units = items.length * indent * (depth + 1)
    this.#means.budget.spendOnText(units)
    return `${open}${line(depth + 1)}${items.join(itemSeparator + line(depth + 1))}${line(depth)}${close}`
  }
}

/** Stand-ins of ASCII characters stay. */
function asciiOf(json: string, { code }: TextMeans): string {
  return json.replace(NOT_ASCII, (char) => {
    const seen = code.decode(char)
    if (seen !== char && seen < '\x7f') return char
    return `\\u${seen.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
