import type { AuthorEncoding } from './author-encoding.ts'
import { pythonText } from './python-text.ts'
import type { RenderBudget } from './render-budget.ts'
import {
  isInteger,
  isList,
  isMapping,
  isText,
  listValue,
  plainValue,
  type TemplateValue,
  textValue,
} from './template-value.ts'

export interface TextFunctionInput {
  /** The encoded text that the function is called on. */
  readonly text: string
  readonly args: readonly TemplateValue[]
  readonly code: AuthorEncoding
  readonly budget: RenderBudget
}

type ChangeText = (text: string) => string

/** Python's string functions that depend on characters, for encoded texts: they see decoded text and return encoded. */
export const TEXT_FUNCTIONS: ReadonlyMap<string, (input: TextFunctionInput) => TemplateValue> = new Map([
  ['upper', changing((text) => text.toUpperCase())],
  ['lower', changing((text) => text.toLowerCase())],
  ['title', changing((text) => text.replace(/\b\w/g, (letter) => letter.toUpperCase()))],
  ['capitalize', changing((text) => text.charAt(0).toUpperCase() + text.slice(1))],
  ['startswith', comparing('startswith', (text, part) => text.startsWith(part))],
  ['endswith', comparing('endswith', (text, part) => text.endsWith(part))],
  ['strip', stripping(true, true)],
  ['trim', stripping(true, true)],
  ['lstrip', stripping(true, false)],
  ['rstrip', stripping(false, true)],
  ['split', splitText],
  ['rsplit', splitTextFromEnd],
  ['splitlines', splitLines],
  ['replace', replaceText],
  ['removeprefix', removing((text, part) => (text.startsWith(part) ? [part.length, text.length] : null))],
  ['removesuffix', removing((text, part) => (text.endsWith(part) ? [0, text.length - part.length] : null))],
  ['find', finding((text, part) => text.indexOf(part))],
  ['rfind', finding((text, part) => text.lastIndexOf(part))],
  ['count', finding((text, part) => text.split(part).length - 1)],
  ['isdigit', testing(/^\p{Nd}+$/u)],
  ['isalpha', testing(/^\p{L}+$/u)],
  ['isalnum', testing(/^[\p{L}\p{N}]+$/u)],
  ['isspace', testing(/^\s+$/)],
  ['join', joinTexts],
  ['format', formatText],
])

/** Separators that are white space in Python, but not in JavaScript. */
const PYTHON_SPACE = new Set('\x1c\x1d\x1e\x1f\x85')

function isSpace(char: string): boolean {
  return PYTHON_SPACE.has(char) || (char !== '\ufeff' && char.trim() === '')
}

/** Python's `strip` and its like, with the characters to remove as an argument. */
function stripping(fromStart: boolean, fromEnd: boolean): (input: TextFunctionInput) => TemplateValue {
  return ({ text, args: [chars], code }) => {
    const given = isMapping(chars) ? chars.value.get('chars') : chars
    const removed = isText(given) ? new Set(code.decode(given.value)) : null
    const isRemoved = (char: string) => (removed === null ? isSpace(char) : removed.has(code.decode(char)))
    let start = 0
    let end = text.length
    while (fromStart && start < end && isRemoved(charAt(text, start))) start += charAt(text, start).length
    while (fromEnd && end > start && isRemoved(charBefore(text, end))) end -= charBefore(text, end).length
    return textValue(text.slice(start, end))
  }
}

function charAt(text: string, at: number): string {
  return String.fromCodePoint(text.codePointAt(at) ?? 0)
}

function charBefore(text: string, end: number): string {
  const pair = text.slice(Math.max(0, end - 2), end)
  return pair.length === 2 && (pair.codePointAt(0) ?? 0) > 0xffff ? pair : text.slice(end - 1, end)
}

/** Removes what a part leaves of a text, given as the bounds of the rest. */
function removing(
  rest: (text: string, part: string) => [number, number] | null,
): (input: TextFunctionInput) => TemplateValue {
  return ({ text, args: [part], code }) => {
    if (!isText(part)) throw new Error('it wants a text')
    return textValue(text.slice(...(rest(code.decode(text), code.decode(part.value)) ?? [0])))
  }
}

function finding(find: (text: string, part: string) => number): (input: TextFunctionInput) => TemplateValue {
  return ({ text, args: [part], code }) => {
    if (!isText(part)) throw new Error('it wants a text')
    return plainValue(find(code.decode(text), code.decode(part.value)))
  }
}

function testing(pattern: RegExp): (input: TextFunctionInput) => TemplateValue {
  return ({ text, code }) => plainValue(pattern.test(code.decode(text)))
}

function joinTexts({ text, args: [items], budget }: TextFunctionInput): TemplateValue {
  const parts = isList(items) ? items.value : []
  budget.spendOnText(parts.length * text.length)
  if (!parts.every(isText)) throw new Error('join() wants texts')
  return textValue(parts.map(({ value }) => value).join(text))
}

/** Python's `format` with fields that have no format of their own. */
function formatText({ text, args, code, budget }: TextFunctionInput): TemplateValue {
  const last = args.at(-1)
  const options = last?.type === 'KeywordArgumentsValue' && isMapping(last) ? last.value : new Map()
  let next = 0
  const formatted = text.replace(/\{\{|\}\}|\{(\w*)\}/g, (found, field: string | undefined) => {
    if (field === undefined) return found.charAt(0)
    const value: TemplateValue | undefined = options.get(field) ?? args[field === '' ? next++ : Number(field)]
    if (value === undefined) throw new Error('format() has no value for a field')
    const written = pythonText(value, { code, budget })
    budget.spendOnText(written.length)
    return written
  })
  return textValue(formatted)
}

function splitLines({ text, budget }: TextFunctionInput): TemplateValue {
  const lines = text.split(/\r\n|[\n\r\v\f\x85\u2028\u2029]/)
  if (lines.at(-1) === '') lines.pop()
  budget.spendOnList(lines.length)
  return listValue(lines.map(textValue))
}

/** With a separator only, as templates use it. */
function splitTextFromEnd(input: TextFunctionInput): TemplateValue {
  const [separator, most] = input.args
  const all = splitText({ ...input, args: separator === undefined ? [] : [separator] })
  const parts = isList(all) ? all.value : []
  const extra = parts.length - 1 - Number(most?.value ?? parts.length)
  if (extra <= 0 || !isText(separator)) return all
  const first = parts.slice(0, extra + 1).map(({ value }) => value)
  return listValue([textValue(first.join(separator.value)), ...parts.slice(extra + 1)])
}

function changing(change: ChangeText): (input: TextFunctionInput) => TemplateValue {
  return ({ text, code }) => textValue(code.change(text, change))
}

function comparing(
  name: string,
  compare: (text: string, part: string) => boolean,
): (input: TextFunctionInput) => TemplateValue {
  return ({ text, args: [wanted], code }) => {
    const parts = isList(wanted) ? wanted.value : [wanted]
    const plain = code.decode(text)
    const isFound = parts.map((part) => {
      if (!isText(part)) throw new Error(`${name}() wants a text or a tuple of texts`)
      return compare(plain, code.decode(part.value))
    })
    return plainValue(isFound.includes(true))
  }
}

function splitText({ text, args: [separator, most], code, budget }: TextFunctionInput): TemplateValue {
  const isLimited = isInteger(most) && Number(most?.value) >= 0
  const maxCuts = isLimited ? Number(most?.value) : Number.POSITIVE_INFINITY
  const cuts = isText(separator)
    ? placesOf(code.decode(separator.value), { text: code.decode(text), most: maxCuts, budget })
    : gaps(text.trimStart(), maxCuts, budget)
  const whole = isText(separator) ? text : text.trimStart()
  const parts: TemplateValue[] = []
  let from = 0
  for (const { at, length } of cuts) {
    parts.push(textValue(whole.slice(from, at)))
    from = at + length
  }
  const rest = whole.slice(from)
  if (isText(separator) || rest !== '') parts.push(textValue(rest))
  return listValue(parts)
}

interface Place {
  readonly at: number
  readonly length: number
}

interface SearchedText {
  readonly text: string
  readonly most: number
  readonly budget: RenderBudget
}

function placesOf(part: string, { text, most, budget }: SearchedText): Place[] {
  if (part === '') throw new Error('empty separator')
  const places: Place[] = []
  for (let at = text.indexOf(part); at !== -1 && places.length < most; at = text.indexOf(part, at)) {
    places.push({ at, length: part.length })
    at += part.length
    budget.spend(1)
  }
  return places
}

/** White space is never encoded. */
function gaps(text: string, most: number, budget: RenderBudget): Place[] {
  const places: Place[] = []
  for (const { index, 0: gap } of text.matchAll(/\s+/g)) {
    if (places.length === most) break
    places.push({ at: index, length: gap.length })
    budget.spend(1)
  }
  return places
}

function replaceText({ text, args, code, budget }: TextFunctionInput): TemplateValue {
  const [before, after, count] = args
  if (!isText(before) || !isText(after)) throw new Error('replace() wants two texts')
  const most = isMapping(count) ? count.value.get('count') : count
  const isLimited = isInteger(most) && Number(most?.value) >= 0
  const search = { text: code.decode(text), budget, most: isLimited ? Number(most?.value) : Infinity }
  const places = before.value === '' ? betweenCharacters(search) : placesOf(code.decode(before.value), search)
  budget.spendOnText(text.length + places.length * after.value.length)
  let result = ''
  let from = 0
  for (const { at, length } of places) {
    result += text.slice(from, at) + after.value
    from = at + length
  }
  return textValue(result + text.slice(from))
}

function betweenCharacters({ text, most, budget }: SearchedText): Place[] {
  const places: Place[] = []
  let at = 0
  for (const character of [...text, '']) {
    if (places.length >= most) break
    places.push({ at, length: 0 })
    at += character.length
    budget.spend(1)
  }
  return places
}
