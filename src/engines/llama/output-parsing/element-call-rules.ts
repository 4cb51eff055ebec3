import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { type GrammarRules, literal, without } from '../grammar/grammar-rules.ts'
import { SchemaError } from '../grammar/schema-error.ts'
import { textExcluding } from '../grammar/text-excluding.ts'
import type { ElementToolCallStyle } from './element-call-style.ts'
import { parameterList } from './parameter-list.ts'
import { allowedTypes, isString, resolvedSchema } from './parameter-value.ts'
import type { ToolCallRule, ToolCallRules } from './tool-call-rules.ts'
import { unsupportedToolSchema } from './unsupported-schema.ts'

const MAX_DEPTH = 16

interface ElementRules {
  readonly style: ElementToolCallStyle
  readonly rules: GrammarRules
  readonly call: ToolCallRule
}

/** The body of a rule for a section of calls whose values are elements. */
export function elementSectionRule(
  style: ElementToolCallStyle,
  rules: GrammarRules,
  { calls, allowsSeveral }: ToolCallRules,
): string {
  const { tagStart, section, beforeName, afterName, endOfTool } = style
  const bodies = calls.map((call) => {
    call.check()
    const begin = literal(`${tagStart}${beforeName}${call.name}${afterName}`)
    return `${begin} ${membersBody(call.schema, { style, rules, call }, 0)} ${literal(`${tagStart}${endOfTool}\n`)}`
  })
  const call = rules.add(bodies.join(' | '))
  return `${literal(`${tagStart}<${section}>\n`)} ${allowsSeveral ? `${call}+` : call} ${literal(`${tagStart}</${section}>`)}`
}

/** Members in the schema's order. */
function membersBody(schema: JsonObject, context: ElementRules, depth: number): string {
  const { rules, call } = context
  const { properties, hasOthers } = parameterList(schema, call, rules)
  const members = properties.map(({ name, schema: value, isRequired }) => {
    const rule = rules.add(elementBody(name, value, context, depth + 1))
    return isRequired ? rule : `${rule}?`
  })
  if (hasOthers) members.push(anyElements(context))
  return members.length > 0 ? members.join(' ') : '""'
}

function elementBody(name: string, schema: unknown, context: ElementRules, depth: number): string {
  const { tagStart } = context.style
  const value = valueBody(name, schema, context, depth)
  return `${literal(`${tagStart}<${name}>`)} ( ${value} ) ${literal(`${tagStart}</${name}>`)}`
}

function valueBody(name: string, schema: unknown, context: ElementRules, depth: number): string {
  const { rules, call, style } = context
  const own = resolvedSchema(schema, call.schema)
  if (own === null) return textExcluding(rules, style.tagStart)
  if (depth > MAX_DEPTH) {
    if (call.isStrict) throw unsupported(call)
    return anyValue(context)
  }
  // The parser ends a value at the next tag.
  if (isString(allowedTypes(schema, call.schema))) return without(call.textRule(name, schema), style.tagStart)
  const alternatives = own.anyOf ?? own.oneOf
  if (Array.isArray(alternatives)) {
    rules.budget.spend(alternatives.length)
    return alternatives.map((one) => `( ${valueBody(name, one, context, depth + 1)} )`).join(' | ')
  }
  if (own.type === 'object' || isJsonObject(own.properties)) return membersBody(own, context, depth)
  if (own.type === 'array') return itemsBody(own, context, depth)
  return without(call.valueRule(name, own), style.tagStart)
}

function itemsBody(schema: JsonObject, context: ElementRules, depth: number): string {
  const isCounted = ['prefixItems', 'minItems', 'maxItems'].some((keyword) => Object.hasOwn(schema, keyword))
  if (context.call.isStrict && (isCounted || schema.items === false || Array.isArray(schema.items))) {
    throw unsupported(context.call)
  }
  return `${context.rules.add(elementBody('item', schema.items ?? true, context, depth + 1))}*`
}

function anyElements(context: ElementRules): string {
  return `${anyElement(context)}*`
}

function anyValue(context: ElementRules): string {
  return `${textExcluding(context.rules, context.style.tagStart)} | ${anyElements(context)}`
}

/** An element with any name and text; GBNF cannot say that its end tag has the same name. */
function anyElement({ rules, style }: ElementRules): string {
  const { tagStart } = style
  const name = '[-_.a-zA-Z0-9]{1,64}'
  return rules.add(
    `${literal(`${tagStart}<`)} ${name} ">" ${textExcluding(rules, tagStart)} ${literal(`${tagStart}</`)} ${name} ">"`,
  )
}

function unsupported(call: ToolCallRule): Error {
  return unsupportedToolSchema(call.name, new SchemaError('for this model only properties are supported'))
}
