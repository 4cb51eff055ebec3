import { isJsonObject } from '../../../util/json-object.ts'
import { type GrammarRules, literal, without } from '../grammar/grammar-rules.ts'
import { textExcluding } from '../grammar/text-excluding.ts'
import type { ElementToolCallStyle } from './element-call-style.ts'
import { NotatedRules, type ValueNotation } from './notated-rules.ts'
import type { ToolCallRules } from './tool-call-rules.ts'

const NAME = '[-_.a-zA-Z0-9]{1,64}'

/** Values as elements: a key is a tag, the items of a list are elements called `item`. */
export function elementNotation(tagStart: string): ValueNotation {
  const element = (name: string, value: string) =>
    `${literal(`${tagStart}<${name}>`)} ${value} ${literal(`${tagStart}</${name}>`)}`
  // GBNF cannot say that an end tag has the name of the start tag.
  const anyElement = (rules: GrammarRules) =>
    rules.add(
      `${literal(`${tagStart}<`)} ${NAME} ">" ${textExcluding(rules, tagStart)} ${literal(`${tagStart}</`)} ${NAME} ">"`,
    )
  const write = (value: unknown): string => {
    const tagged = (name: string, one: unknown) => `${tagStart}<${name}>${write(one)}${tagStart}</${name}>`
    if (Array.isArray(value)) return value.map((item) => tagged('item', item)).join('')
    if (isJsonObject(value))
      return Object.entries(value)
        .map(([key, one]) => tagged(key, one))
        .join('')
    return typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value)
  }
  return {
    object: (members, rules) =>
      members
        .map(({ name, value, isRequired }) => {
          const rule = rules.add(element(name, value))
          return isRequired ? rule : `${rule}?`
        })
        .join(' ') || '""',
    array: ({ item, min, max }, rules) =>
      max === 0 ? '""' : `${rules.add(element('item', item))}{${min},${max ?? ''}}`,
    // The parser ends a value at the next tag.
    string: (text) => without(text, tagStart),
    scalar: (json) => without(json, tagStart),
    anyObject: (rules) => `${anyElement(rules)}*`,
    any: (rules) => `${textExcluding(rules, tagStart)} | ${anyElement(rules)}+`,
    isNullEmpty: true,
    write,
  }
}

/** The body of a rule for a section of calls whose values are elements. */
export function elementSectionRule(
  style: ElementToolCallStyle,
  rules: GrammarRules,
  { calls, allowsSeveral }: ToolCallRules,
): string {
  const { tagStart, section, beforeName, afterName, endOfTool } = style
  const notation = elementNotation(tagStart)
  const bodies = calls.map((call) => {
    const begin = literal(`${tagStart}${beforeName}${call.name}${afterName}`)
    const input = new NotatedRules(rules, call, notation).inputBody()
    return `${begin} ( ${input} ) ${literal(`${tagStart}${endOfTool}\n`)}`
  })
  const call = rules.add(bodies.join(' | '))
  return `${literal(`${tagStart}<${section}>\n`)} ${allowsSeveral ? `${call}+` : call} ${literal(`${tagStart}</${section}>`)}`
}
