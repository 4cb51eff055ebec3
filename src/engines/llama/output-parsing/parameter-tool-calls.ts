import { isJsonObject } from '../../../util/json-object.ts'
import { type GrammarRules, literal, without } from '../grammar/grammar-rules.ts'
import type { Property } from '../grammar/object-rules.ts'
import { literalTrigger } from '../grammar/output-constraint.ts'
import { textExcluding } from '../grammar/text-excluding.ts'
import { markedLiteral, withMarks } from './call-marks.ts'
import type { ParameterToolCallStyle } from './parameter-call-style.ts'
import { parameterList } from './parameter-list.ts'
import { type AllowedTypes, isString, parameterTypes, stringPart } from './parameter-value.ts'
import { bareStartTags, parseParameterCalls } from './parse-parameter-calls.ts'
import { spacedJson } from './spaced-json.ts'
import type { ToolCallParser, WrittenCall } from './tool-call-parser.ts'
import type { ToolCallRule, ToolCallRules } from './tool-call-rules.ts'

/** Such as `</｜DSML｜invoke>` and `<tool_sep:opensource>`, but not `</function>`, which may occur in any text. */
const OWN_TAG = /^<[^<>]*[|｜:]/

export function parameterToolCallParser(style: ParameterToolCallStyle): ToolCallParser {
  const startTags = [...(style.startTag === null ? [] : [style.startTag]), ...bareStartTags(style)]
  const endTags = [style.endTag, style.tool.endTag ?? '', style.parameter.endTag]
  return {
    name: style.name,
    startTags,
    allowsBareJson: false,
    otherTags: [style.tool.beforeName, style.parameter.beforeName, ...endTags].filter((text) => text !== ''),
    preservedTokens: [
      ...startTags,
      style.endTag,
      style.tool.beforeName.trim(),
      style.parameter.beforeName,
      // Element names of a family's own may be control tokens.
      ...[style.tool.afterName, style.parameter.afterName, ...endTags].filter((text) => OWN_TAG.test(text)),
    ].filter((text) => text !== ''),
    parseSection: (context) => parseParameterCalls(style, context),
    sectionRule: (rules, calls) => sectionRule(style, rules, calls),
    trigger: () => literalTrigger(startTags[0] ?? ''),
    write: (calls) => write(style, calls),
    ...(style.alternatives === undefined ? {} : { alternatives: style.alternatives }),
    ...(style.evidence === undefined ? {} : { evidence: style.evidence }),
  }
}

function write(style: ParameterToolCallStyle, calls: readonly WrittenCall[]): string {
  const { startTag, endTag, tool, padding, lineBreak = '\n', holdsSeveral } = style
  const written = calls.map(({ name, input }, at) => {
    const parameters = Object.entries(input).map(([key, value]) => {
      const isText = typeof value === 'string'
      const text = isText ? value : spacedJson(value)
      const { beforeName, endTag: end } = style.parameter
      return `${beforeName}${key}${afterParameterName(style, isText, typeOf(value))}${padding}${text}${padding}${end}${lineBreak}`
    })
    const end = tool.endTag === null ? '' : `${tool.endTag}${startTag === null ? '' : lineBreak}`
    return `${tool.beforeName}${name}${withMarks(tool.afterName, at)}${lineBreak}${parameters.join('')}${end}`
  })
  if (startTag === null) return written.join('\n')
  const begin = tool.beforeName === '' ? startTag : `${startTag}${lineBreak}`
  if (holdsSeveral) return `${begin}${written.join('')}${endTag}`
  return written.map((one) => `${begin}${one}${endTag}`).join(lineBreak)
}

function sectionRule(
  style: ParameterToolCallStyle,
  rules: GrammarRules,
  { calls, allowsSeveral }: ToolCallRules,
): string {
  const { startTag, endTag, tool, lineBreak = '\n', holdsSeveral } = style
  const bodies = calls.map((call) => callBody(style, rules, call))
  const afterTool = startTag === null ? '' : lineBreak
  const end = tool.endTag === null ? '' : ` ${literal(`${tool.endTag}${afterTool}`)}`
  const call = rules.add(`( ${bodies.join(' | ')} )${end}`)
  if (startTag === null) return allowsSeveral ? `${call} ( "\\n" ${call} )*` : call
  const begin = literal(tool.beforeName === '' ? startTag : `${startTag}${lineBreak}`)
  if (holdsSeveral) return `${begin} ${allowsSeveral ? `( ${call} )+` : call} ${literal(endTag)}`
  const section = rules.add(`${begin} ${call} ${literal(endTag)}`)
  return allowsSeveral ? `${section} ( ${lineBreak === '' ? '' : literal(lineBreak)} ${section} )*` : section
}

function callBody(style: ParameterToolCallStyle, rules: GrammarRules, call: ToolCallRule): string {
  const { tool, lineBreak = '\n' } = style
  call.check()
  const named = markedLiteral(`${tool.beforeName}${call.name}${tool.afterName}${lineBreak}`)
  const { properties, hasOthers } = parameterList(call.schema, call, rules)
  const parameters = properties.map((property) => {
    const rule = rules.add(parameterBody(style, call, property))
    return property.isRequired ? rule : `${rule}?`
  })
  return [named, ...parameters, ...(hasOthers ? [`( ${anyParameter(style, rules)} )*`] : [])].join(' ')
}

function parameterBody(style: ParameterToolCallStyle, call: ToolCallRule, property: Property): string {
  const { parameter, padding, lineBreak = '\n' } = style
  const { name } = property
  const allowed = parameterTypes(call.schema, name)
  // To a format that does not mark strings, `null` is such a text too, and it is read as null.
  const isFree =
    parameter.afterStringName === undefined && allowed?.has('string') && isFreeText(property.schema)
  const [types, schema] = isFree ? [ANY_TEXT, { type: 'string' }] : [allowed, property.schema]
  const values = isString(types)
    ? []
    : [`( ${afterNames(style, types)} ) ${valueBody(style, call.valueRule(name, schema))}`]
  // A format that marks strings writes them without quotes where other values are allowed too.
  if (isString(types) || (parameter.afterStringName !== undefined && types?.has('string'))) {
    const text = isString(types) ? schema : stringPart(schema, call.schema)
    const begin = literal(`${afterParameterName(style, true, 'string')}${padding}`)
    values.push(`${begin} ${valueBody(style, call.textRule(name, text))}`)
  }
  return [
    literal(`${parameter.beforeName}${name}`),
    values.length > 1 ? `( ${values.join(' | ')} )` : (values[0] ?? ''),
    literal(`${padding}${parameter.endTag}${lineBreak}`),
  ].join(' ')
}

const ANY_TEXT: AllowedTypes = new Set(['string'])
const FREE_TEXT_KEYWORDS: ReadonlySet<string> = new Set(
  'type anyOf oneOf nullable title description default examples deprecated'.split(' '),
)

/** Whether a schema allows nothing but strings and null, and any of them. */
function isFreeText(schema: unknown): boolean {
  if (!isJsonObject(schema) || !Object.keys(schema).every((keyword) => FREE_TEXT_KEYWORDS.has(keyword)))
    return false
  const choices = schema.anyOf ?? schema.oneOf
  if (Array.isArray(choices)) return schema.type === undefined && choices.every(isFreeText)
  const types = [schema.type].flat()
  return types.every((type) => type === 'string' || type === 'null')
}

/** The parser ends a value at the first end tag. */
function valueBody({ parameter }: ParameterToolCallStyle, rule: string): string {
  return without(rule, parameter.endTag)
}

/** What follows the name of a parameter that is no string, for each of its types. */
function afterNames(style: ParameterToolCallStyle, types: AllowedTypes): string {
  const isAllowed = (type: string) =>
    types === null || types.has(type) || (type === 'number' && types.has('integer'))
  const allowed = VALUE_TYPES.filter(isAllowed)
  const texts = (allowed.length > 0 ? allowed : VALUE_TYPES).map((type) =>
    afterParameterName(style, false, type),
  )
  return [...new Set(texts)].map((text) => literal(text + style.padding)).join(' | ')
}

function anyParameter(style: ParameterToolCallStyle, rules: GrammarRules): string {
  const { parameter, padding, lineBreak = '\n' } = style
  return [
    literal(parameter.beforeName),
    '[-_.a-zA-Z0-9]{1,64}',
    literal(`${afterParameterName(style, true, 'string')}${padding}`),
    textExcluding(rules, parameter.endTag),
    literal(`${padding}${parameter.endTag}${lineBreak}`),
  ].join(' ')
}

const VALUE_TYPES = ['number', 'boolean', 'object', 'array', 'null']

/** What follows the name of a parameter whose value has one of the types. */
function afterParameterName({ parameter }: ParameterToolCallStyle, isText: boolean, type: string): string {
  const marked = isText ? (parameter.afterStringName ?? parameter.afterName) : parameter.afterName
  return marked.replace('{type}', type)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
