import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import { literalTrigger } from '../grammar/output-constraint.ts'
import { SchemaError } from '../grammar/schema-error.ts'
import { stringContent } from '../grammar/string-content.ts'
import { textExcluding } from '../grammar/text-excluding.ts'
import type { OutputScanner, Resumable } from './output-scanner.ts'
import { isString, parameterJson, parameterSchema } from './parameter-value.ts'
import type { ToolCallContext, ToolCallParser } from './tool-call-parser.ts'
import type { ToolCallRule, ToolCallRules } from './tool-call-rules.ts'
import { unsupportedToolSchema } from './unsupported-schema.ts'

const MAX_NAME_UNITS = 256

/** Tool calls as elements: one for the tool, and in it one for each parameter. Strings are written without quotes. */
export interface ParameterToolCallStyle {
  readonly name: string
  readonly startTag: string
  readonly endTag: string
  /** Around a tool's name; `beforeName` is empty where the name follows the start tag. */
  readonly tool: { readonly beforeName: string; readonly afterName: string; readonly endTag: string | null }
  readonly parameter: {
    readonly beforeName: string
    readonly afterName: string
    /** In place of `afterName` for strings, in formats that mark them. */
    readonly afterStringName?: string
    readonly endTag: string
  }
  /** Also understood in place of the parameter's `afterName`. */
  readonly otherAfterNames?: readonly string[]
  /** White space around a value. */
  readonly padding: '' | '\n'
  /** Whether one section may hold several tools. */
  readonly holdsSeveral: boolean
}

export function parameterToolCallParser(style: ParameterToolCallStyle): ToolCallParser {
  return {
    name: style.name,
    startTags: [style.startTag, ...bareStartTags(style)],
    allowsBareJson: false,
    preservedTokens: [
      style.startTag,
      style.endTag,
      style.tool.beforeName.trim(),
      style.parameter.beforeName,
    ].filter((text) => text !== ''),
    parseSection: (context) => parseSection(style, context),
    sectionRule: (rules, calls) => sectionRule(style, rules, calls),
    trigger: literalTrigger(style.startTag),
  }
}

/** Models leave the start tag out where the tool's own tag is as distinct. */
function bareStartTags({ tool }: ParameterToolCallStyle): string[] {
  return tool.beforeName === '' ? [] : [tool.beforeName]
}

function* parseSection(style: ParameterToolCallStyle, context: ToolCallContext): Resumable<boolean> {
  const { scanner } = context
  const { beforeName } = style.tool
  let isOpened = beforeName === '' || context.startTag === beforeName
  let hasCall = false
  for (;;) {
    if (!isOpened) yield* scanner.consumeSpace()
    if (hasCall && (yield* scanner.tryConsume(style.endTag))) return true
    if (hasCall) scanner.mark()
    const isNext = isOpened || (beforeName !== '' && (yield* scanner.tryConsume(beforeName)))
    isOpened = false
    if (!isNext) return hasCall
    const end = yield* parseCall(style, context)
    if (end === null) return false
    if (end === style.endTag) return true
    hasCall = true
  }
}

/** @returns the tag that ended the call, empty where it broke off; null where it is not a call */
function* parseCall(style: ParameterToolCallStyle, context: ToolCallContext): Resumable<string | null> {
  const { tool, parameter, endTag } = style
  const { scanner, tools, emit } = context
  const named = yield* scanner.consumeUntil(
    tool.afterName === '' ? ['\n', parameter.beforeName, endTag] : [tool.afterName],
    MAX_NAME_UNITS,
  )
  const name = named?.text.trim() ?? ''
  const schema = tools.get(name)?.inputSchema
  if (named === null || schema === undefined) return null
  const ends = [parameter.beforeName, tool.endTag ?? endTag, endTag]
  yield* scanner.consumeSpace()
  let end = ends.includes(named.end) ? named.end : yield* scanner.tryConsumeAny(ends)
  if (end === null) return null
  emit({ type: 'tool-call-start', id: null, name })
  emit({ type: 'tool-input', json: '{' })
  for (let separator = ''; end === parameter.beforeName; separator = ',') {
    const key = yield* scanner.consumeUntil(nameEnds(style), MAX_NAME_UNITS)
    if (key === null) break
    const keyName = key.text.trim()
    emit({ type: 'tool-input', json: `${separator}${JSON.stringify(keyName)}:` })
    const valueSchema = parameterSchema(schema, keyName)
    const isText = key.end === parameter.afterStringName || isString(valueSchema)
    yield* isText ? parseString(style, context) : parseJsonOrString(style, context, valueSchema)
    yield* scanner.consumeSpace()
    end = yield* scanner.tryConsumeAny(ends)
  }
  if (end !== null || !scanner.isCut) emit({ type: 'tool-input', json: '}' })
  emit({ type: 'tool-call-end' })
  return end === parameter.beforeName ? '' : (end ?? '')
}

function nameEnds({ parameter, otherAfterNames = [] }: ParameterToolCallStyle): string[] {
  return [
    parameter.afterName,
    ...(parameter.afterStringName === undefined ? [] : [parameter.afterStringName]),
    ...otherAfterNames,
  ]
}

/** Emits a string while it is generated, escaped for JSON. */
function* parseString(
  { parameter, padding }: ParameterToolCallStyle,
  { scanner, emit }: ToolCallContext,
): Resumable {
  const put = (json: string) => emit({ type: 'tool-input', json })
  put('"')
  const isWhole = yield* parseRawValue(scanner, parameter.endTag, padding, (unit) =>
    put(unit < ' ' || unit === '"' || unit === '\\' ? JSON.stringify(unit).slice(1, -1) : unit),
  )
  if (isWhole || !scanner.isCut) put('"')
}

/** Emits a value at its end: only then is it clear whether it is JSON or a string. */
function* parseJsonOrString(
  { parameter, padding }: ParameterToolCallStyle,
  { scanner, emit }: ToolCallContext,
  schema: JsonObject | null,
): Resumable {
  let text = ''
  const isWhole = yield* parseRawValue(scanner, parameter.endTag, padding, (unit) => {
    text += unit
  })
  if (isWhole || !scanner.isCut) emit({ type: 'tool-input', json: parameterJson(text, schema) })
}

/** @returns false where the text ends before the value does */
function* parseRawValue(
  scanner: OutputScanner,
  endTag: string,
  padding: string,
  put: (unit: string) => void,
): Resumable<boolean> {
  if (padding !== '') yield* scanner.tryConsume(padding)
  for (;;) {
    if ((yield* scanner.tryConsumeAny([endTag, padding + endTag])) !== null) return true
    const unit = yield* scanner.peek()
    if (unit === '') return false
    put(unit)
    scanner.advance()
  }
}

function sectionRule(
  style: ParameterToolCallStyle,
  rules: GrammarRules,
  { calls, allowsSeveral }: ToolCallRules,
): string {
  const { startTag, endTag, tool, holdsSeveral } = style
  const bodies = calls.map((call) => callBody(style, rules, call))
  const end = tool.endTag === null ? '' : ` ${literal(`${tool.endTag}\n`)}`
  const call = `( ${bodies.join(' | ')} )${end}`
  const begin = literal(tool.beforeName === '' ? startTag : `${startTag}\n`)
  if (holdsSeveral) return `${begin} ${allowsSeveral ? `( ${call} )+` : call} ${literal(endTag)}`
  const section = rules.add(`${begin} ${call} ${literal(endTag)}`)
  return allowsSeveral ? `${section} ( "\n" ${section} )*` : section
}

function callBody(style: ParameterToolCallStyle, rules: GrammarRules, call: ToolCallRule): string {
  const { tool } = style
  const named = literal(`${tool.beforeName}${call.name}${tool.afterName}\n`)
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
  const { parameter, padding } = style
  const schema = parameterSchema(call.schema, name)
  const isText = isString(schema)
  const begin = literal(
    `${parameter.beforeName}${name}${isText ? (parameter.afterStringName ?? parameter.afterName) : parameter.afterName}${padding}`,
  )
  const end = literal(`${padding}${parameter.endTag}\n`)
  if (!isText)
    return `${begin} ${call.valueRule(isJsonObject(call.schema.properties) ? call.schema.properties[name] : true)} ${end}`
  return `${begin} ( ${textBody(style, rules, schema ?? {})} ) ${end}`
}

function textBody(
  { parameter, padding }: ParameterToolCallStyle,
  rules: GrammarRules,
  schema: JsonObject,
): string {
  const values = Object.hasOwn(schema, 'const') ? [schema.const] : schema.enum
  rules.budget.measure(values)
  if (Array.isArray(values))
    return values
      .filter((value) => typeof value === 'string')
      .map(literal)
      .join(' | ')
  if (typeof schema.pattern === 'string') rules.budget.spendPattern(schema.pattern)
  const until = textExcluding(rules, `${padding}${parameter.endTag}`)
  return stringContent(schema, 'raw', rules.add('[^<\\x00-\\x08\\x0B-\\x1F]')).body ?? until
}

function anyParameter(style: ParameterToolCallStyle, rules: GrammarRules): string {
  const { parameter, padding } = style
  const value = textExcluding(rules, `${padding}${parameter.endTag}`)
  return `${literal(parameter.beforeName)} [-_.a-zA-Z0-9]{1,64} ${literal(`${parameter.afterStringName ?? parameter.afterName}${padding}`)} ${value} ${literal(`${padding}${parameter.endTag}\n`)}`
}
