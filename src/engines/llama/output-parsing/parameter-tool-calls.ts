import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import { literalTrigger } from '../grammar/output-constraint.ts'
import { SchemaError } from '../grammar/schema-error.ts'
import { stringContent } from '../grammar/string-content.ts'
import { textExcluding } from '../grammar/text-excluding.ts'
import type { ParameterToolCallStyle } from './parameter-call-style.ts'
import { isString, parameterSchema } from './parameter-value.ts'
import { bareStartTags, parseParameterCalls } from './parse-parameter-calls.ts'
import type { ToolCallParser, WrittenCall } from './tool-call-parser.ts'
import type { ToolCallRule, ToolCallRules } from './tool-call-rules.ts'
import { unsupportedToolSchema } from './unsupported-schema.ts'

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
  const written = calls.map(({ name, input }) => {
    const parameters = Object.entries(input).map(([key, value]) => {
      const isText = typeof value === 'string'
      const text = isText ? value : JSON.stringify(value)
      const { beforeName, endTag: end } = style.parameter
      return `${beforeName}${key}${afterParameterName(style, isText, typeOf(value))}${padding}${text}${padding}${end}${lineBreak}`
    })
    const end = tool.endTag === null ? '' : `${tool.endTag}${startTag === null ? '' : lineBreak}`
    return `${tool.beforeName}${name}${tool.afterName}${lineBreak}${parameters.join('')}${end}`
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
  const named = literal(`${tool.beforeName}${call.name}${tool.afterName}${lineBreak}`)
  const properties = isJsonObject(call.schema.properties) ? Object.entries(call.schema.properties) : []
  const required = new Set(Array.isArray(call.schema.required) ? call.schema.required : [])
  rules.budget.spend(properties.length + required.size)
  const isPlain = ['$ref', 'allOf', 'anyOf', 'oneOf'].every((keyword) => !Object.hasOwn(call.schema, keyword))
  if (call.isStrict && !isPlain)
    throw unsupportedToolSchema(call.name, new SchemaError('for this model only properties are supported'))
  if (!isPlain || (properties.length === 0 && call.schema.additionalProperties !== false)) {
    return `${named} ( ${anyParameter(style, rules)} )*`
  }
  const parameters = properties.map(([name]) => {
    const rule = rules.add(parameterBody(style, rules, call, name))
    return required.has(name) ? rule : `${rule}?`
  })
  return [named, ...parameters].join(' ')
}

function parameterBody(
  style: ParameterToolCallStyle,
  rules: GrammarRules,
  call: ToolCallRule,
  name: string,
): string {
  const { parameter, padding, lineBreak = '\n' } = style
  const schema = parameterSchema(call.schema, name)
  const isText = isString(schema)
  const afterNames = [...new Set(VALUE_TYPES.map((type) => afterParameterName(style, isText, type)))]
  const begin = `${literal(`${parameter.beforeName}${name}`)} ( ${afterNames.map((text) => literal(text + padding)).join(' | ')} )`
  const end = literal(`${padding}${parameter.endTag}${lineBreak}`)
  if (!isText)
    return `${begin} ${call.valueRule(isJsonObject(call.schema.properties) ? call.schema.properties[name] : true)} ${end}`
  return `${begin} ( ${rawStringBody(rules, schema ?? {}, `${padding}${parameter.endTag}`)} ) ${end}`
}

/** The body of a rule for a string without quotes, which a marker ends. */
export function rawStringBody(rules: GrammarRules, schema: JsonObject, endMarker: string): string {
  const values = Object.hasOwn(schema, 'const') ? [schema.const] : schema.enum
  rules.budget.measure(values)
  if (Array.isArray(values))
    return values
      .filter((value) => typeof value === 'string')
      .map(literal)
      .join(' | ')
  if (typeof schema.pattern === 'string') rules.budget.spendPattern(schema.pattern)
  const until = textExcluding(rules, endMarker)
  return stringContent(schema, 'raw', rules.add('[^<\\x00-\\x08\\x0B-\\x1F]')).body ?? until
}

function anyParameter(style: ParameterToolCallStyle, rules: GrammarRules): string {
  const { parameter, padding, lineBreak = '\n' } = style
  const value = textExcluding(rules, `${padding}${parameter.endTag}`)
  return `${literal(parameter.beforeName)} [-_.a-zA-Z0-9]{1,64} ${literal(`${afterParameterName(style, true, 'string')}${padding}`)} ${value} ${literal(`${padding}${parameter.endTag}${lineBreak}`)}`
}

const VALUE_TYPES = ['number', 'boolean', 'object', 'array', 'null', 'string']

/** What follows the name of a parameter whose value has one of the types. */
function afterParameterName({ parameter }: ParameterToolCallStyle, isText: boolean, type: string): string {
  const marked = isText ? (parameter.afterStringName ?? parameter.afterName) : parameter.afterName
  return marked.replace('{type}', type)
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
