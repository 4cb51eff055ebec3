import type { AuthorEncoding } from './author-encoding.ts'
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
  ['split', splitText],
  ['replace', replaceText],
])

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
