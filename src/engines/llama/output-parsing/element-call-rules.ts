import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import { SchemaError } from '../grammar/schema-error.ts'
import { textExcluding } from '../grammar/text-excluding.ts'
import type { ElementToolCallStyle } from './element-call-style.ts'
import { rawStringBody } from './parameter-tool-calls.ts'
import { isString, resolvedSchema } from './parameter-value.ts'
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
    const begin = literal(`${tagStart}${beforeName}${call.name}${afterName}`)
    return `${begin} ${membersBody(call.schema, { style, rules, call }, 0)} ${literal(`${tagStart}${endOfTool}\n`)}`
  })
  const call = rules.add(bodies.join(' | '))
  return `${literal(`${tagStart}<${section}>\n`)} ${allowsSeveral ? `${call}+` : call} ${literal(`${tagStart}</${section}>`)}`
}

/** Members in the schema's order. */
function membersBody(schema: JsonObject, context: ElementRules, depth: number): string {
  const { rules, style, call } = context
  const properties = isJsonObject(schema.properties) ? Object.entries(schema.properties) : []
  const required = new Set(Array.isArray(schema.required) ? schema.required : [])
  rules.budget.spend(properties.length + required.size)
  if (depth === 0 && ['$ref', 'allOf', 'anyOf', 'oneOf'].some((keyword) => Object.hasOwn(schema, keyword))) {
    if (call.isStrict) throw unsupported(call)
    return anyElements(context)
  }
  if (properties.length === 0) return schema.additionalProperties === false ? '""' : anyElements(context)
  return properties
    .map(([name, value]) => {
      const rule = rules.add(elementBody(name, value, { style, rules, call }, depth + 1))
      return required.has(name) ? rule : `${rule}?`
    })
    .join(' ')
}

function elementBody(name: string, schema: unknown, context: ElementRules, depth: number): string {
  const { tagStart } = context.style
  const value = valueBody(schema, context, depth)
  return `${literal(`${tagStart}<${name}>`)} ( ${value} ) ${literal(`${tagStart}</${name}>`)}`
}

function valueBody(schema: unknown, context: ElementRules, depth: number): string {
  const { rules, call, style } = context
  const own = resolvedSchema(schema, call.schema)
  if (own === null) return textExcluding(rules, style.tagStart)
  if (depth > MAX_DEPTH) {
    if (call.isStrict) throw unsupported(call)
    return anyValue(context)
  }
  if (isString(own)) return rawStringBody(rules, own, style.tagStart)
  const alternatives = own.anyOf ?? own.oneOf
  if (Array.isArray(alternatives)) {
    rules.budget.spend(alternatives.length)
    return alternatives.map((one) => `( ${valueBody(one, context, depth + 1)} )`).join(' | ')
  }
  if (own.type === 'object' || isJsonObject(own.properties)) return membersBody(own, context, depth)
  if (own.type === 'array') return `${rules.add(elementBody('item', own.items ?? true, context, depth + 1))}*`
  return call.valueRule(own)
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
