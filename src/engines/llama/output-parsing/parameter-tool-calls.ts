import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import { SchemaError } from '../grammar/schema-error.ts'
import { stringInside } from '../grammar/string-content.ts'
import { textUntil } from '../grammar/text-excluding.ts'
import type { OutputSource, Reading } from './output-scanner.ts'
import { isString, parameterJson, parameterSchema } from './parameter-value.ts'
import { textPattern } from './text-pattern.ts'
import type { SectionParsing, ToolCallParser } from './tool-call-parser.ts'
import type { ToolCallRule, ToolCallRules } from './tool-call-rules.ts'
import { unconstrainedTool } from './unsupported-schema.ts'

const MAX_NAME_UNITS = 256

/** Calls as elements: one for the tool, and one in it for each parameter, whose strings stand there without quotes. */
export interface ParameterToolCallStyle {
  readonly name: string
  readonly opener: string
  readonly closer: string
  /** Around a tool's name; an empty `before` where it follows the opener. */
  readonly tool: { readonly before: string; readonly behind: string; readonly closer: string | null }
  /** Around a parameter's name and its value. */
  readonly parameter: {
    readonly before: string
    readonly behind: string
    /** Behind the name of a parameter that is a string, where that is told. */
    readonly afterText?: string
    readonly closer: string
  }
  /** What may stand behind a parameter's name in place of `behind`. */
  readonly otherBehinds?: readonly string[]
  /** What models write around a value. */
  readonly padding: '' | '\n'
  /** Whether one section may hold several tools. */
  readonly holdsMany: boolean
}

/** The format of such calls. */
export function parameterToolCallParser(style: ParameterToolCallStyle): ToolCallParser {
  return {
    name: style.name,
    openers: [style.opener],
    isBare: false,
    markers: [style.opener, style.closer, style.tool.before.trim(), style.parameter.before].filter(
      (text) => text !== '',
    ),
    readSection: (reading) => readSection(style, reading),
    sectionRule: (rules, calls) => sectionRule(style, rules, calls),
    trigger: { pattern: textPattern(style.opener), isAtStart: false },
  }
}

function* readSection(style: ParameterToolCallStyle, reading: SectionParsing): Reading<boolean> {
  const { source } = reading
  let hasRead = false
  for (;;) {
    yield* source.skipSpace()
    if (hasRead && (yield* source.takes(style.closer))) return true
    if (hasRead) source.hold()
    const isNext = style.tool.before === '' ? !hasRead : yield* source.takes(style.tool.before)
    if (!isNext) return hasRead
    const end = yield* readCall(style, reading)
    if (end === null) return false
    if (end === style.closer) return true
    hasRead = true
  }
}

/** @returns what the call ended with, empty where it broke off; null where it is none */
function* readCall(style: ParameterToolCallStyle, reading: SectionParsing): Reading<string | null> {
  const { tool, parameter, closer } = style
  const { source, tools, emit } = reading
  const named = yield* source.readTo(
    tool.behind === '' ? ['\n', parameter.before, closer] : [tool.behind],
    MAX_NAME_UNITS,
  )
  const name = named?.text.trim() ?? ''
  const schema = tools.get(name)?.inputSchema
  if (named === null || schema === undefined) return null
  const ends = [parameter.before, tool.closer ?? closer, closer]
  yield* source.skipSpace()
  let end = ends.includes(named.end) ? named.end : yield* source.takesOneOf(ends)
  if (end === null) return null
  emit({ type: 'tool-call-start', id: null, name })
  emit({ type: 'tool-input', json: '{' })
  for (let separator = ''; end === parameter.before; separator = ',') {
    const key = yield* source.readTo(behindNames(style), MAX_NAME_UNITS)
    if (key === null) break
    const keyName = key.text.trim()
    emit({ type: 'tool-input', json: `${separator}${JSON.stringify(keyName)}:` })
    const isText = key.end === parameter.afterText || isString(parameterSchema(schema, keyName))
    yield* isText ? readText(style, reading) : readJsonOrText(style, reading)
    yield* source.skipSpace()
    end = yield* source.takesOneOf(ends)
  }
  if (end !== null || !source.isCut) emit({ type: 'tool-input', json: '}' })
  emit({ type: 'tool-call-end' })
  return end === parameter.before ? '' : (end ?? '')
}

function behindNames({ parameter, otherBehinds = [] }: ParameterToolCallStyle): string[] {
  return [
    parameter.behind,
    ...(parameter.afterText === undefined ? [] : [parameter.afterText]),
    ...otherBehinds,
  ]
}

/** A string comes out as it comes in, with the escapes of JSON. */
function* readText(
  { parameter, padding }: ParameterToolCallStyle,
  { source, emit }: SectionParsing,
): Reading {
  const put = (json: string) => emit({ type: 'tool-input', json })
  put('"')
  const isWhole = yield* readValue(source, parameter.closer, padding, (unit) =>
    put(unit < ' ' || unit === '"' || unit === '\\' ? JSON.stringify(unit).slice(1, -1) : unit),
  )
  if (isWhole || !source.isCut) put('"')
}

/** What the rest is shows only at its end. */
function* readJsonOrText(
  { parameter, padding }: ParameterToolCallStyle,
  { source, emit }: SectionParsing,
): Reading {
  let text = ''
  const isWhole = yield* readValue(source, parameter.closer, padding, (unit) => {
    text += unit
  })
  if (isWhole || !source.isCut) emit({ type: 'tool-input', json: parameterJson(text) })
}

/** @returns false where the text ends before the value does */
function* readValue(
  source: OutputSource,
  closer: string,
  padding: string,
  put: (unit: string) => void,
): Reading<boolean> {
  if (padding !== '') yield* source.takes(padding)
  for (;;) {
    if ((yield* source.takesOneOf([closer, padding + closer])) !== null) return true
    const unit = yield* source.peek()
    if (unit === '') return false
    put(unit)
    source.skip()
  }
}

function sectionRule(
  style: ParameterToolCallStyle,
  rules: GrammarRules,
  { calls, isMany }: ToolCallRules,
): string {
  const { opener, closer, tool, holdsMany } = style
  const bodies = calls.map((call) => callBody(style, rules, call))
  const end = tool.closer === null ? '' : ` ${literal(`${tool.closer}\n`)}`
  const call = `( ${bodies.join(' | ')} )${end}`
  const begin = literal(tool.before === '' ? opener : `${opener}\n`)
  if (holdsMany) return `${begin} ${isMany ? `( ${call} )+` : call} ${literal(closer)}`
  const section = rules.add(`${begin} ${call} ${literal(closer)}`)
  return isMany ? `${section} ( "\n" ${section} )*` : section
}

function callBody(style: ParameterToolCallStyle, rules: GrammarRules, call: ToolCallRule): string {
  const { tool } = style
  const named = literal(`${tool.before}${call.name}${tool.behind}\n`)
  const properties = isJsonObject(call.schema.properties) ? Object.entries(call.schema.properties) : []
  const required = new Set(Array.isArray(call.schema.required) ? call.schema.required : [])
  rules.budget.spend(properties.length + required.size)
  const isPlain = ['$ref', 'allOf', 'anyOf', 'oneOf'].every((keyword) => !Object.hasOwn(call.schema, keyword))
  if (call.isStrict && !isPlain)
    throw unconstrainedTool(call.name, new SchemaError('for this model only properties are supported'))
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
    `${parameter.before}${name}${isText ? (parameter.afterText ?? parameter.behind) : parameter.behind}${padding}`,
  )
  const end = literal(`${padding}${parameter.closer}\n`)
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
  const until = textUntil(rules, `${padding}${parameter.closer}`)
  return stringInside(schema, 'raw', rules.add('[^<\\x00-\\x1F]')).body ?? until
}

function anyParameter(style: ParameterToolCallStyle, rules: GrammarRules): string {
  const { parameter, padding } = style
  const value = textUntil(rules, `${padding}${parameter.closer}`)
  return `${literal(parameter.before)} [-_.a-zA-Z0-9]{1,64} ${literal(`${parameter.afterText ?? parameter.behind}${padding}`)} ${value} ${literal(`${padding}${parameter.closer}\n`)}`
}
