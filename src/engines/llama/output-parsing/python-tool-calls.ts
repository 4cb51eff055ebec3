import { isJsonObject } from '../../../util/json-object.ts'
import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import { literalTrigger } from '../grammar/output-constraint.ts'
import type { Resumable } from './output-scanner.ts'
import { parameterList } from './parameter-list.ts'
import { allowedTypes } from './parameter-value.ts'
import { parseMemberValue } from './parse-json-value.ts'
import { spacedJson } from './spaced-json.ts'
import type { ToolCallContext, ToolCallParser, WrittenCall } from './tool-call-parser.ts'
import type { ToolCallRule, ToolCallRules } from './tool-call-rules.ts'

const MAX_NAME_UNITS = 256

/** Tool calls as Python's: `name(key=value, …)`, several in a list or each on a line. */
export interface PythonToolCallStyle {
  readonly name: string
  readonly startTag: string
  readonly endTag: string
  readonly isList: boolean
  readonly evidence?: readonly string[]
}

export function pythonToolCallParser(style: PythonToolCallStyle): ToolCallParser {
  const { name, startTag, endTag, evidence } = style
  return {
    name,
    startTags: [startTag],
    allowsBareJson: false,
    otherTags: [endTag],
    preservedTokens: [startTag, endTag],
    parseSection: (context) => parseSection(style, context),
    sectionRule: (rules, calls) => sectionRule(style, rules, calls),
    trigger: () => literalTrigger(startTag),
    write: (calls) => write(style, calls),
    ...(evidence === undefined ? {} : { evidence }),
  }
}

function* parseSection({ endTag }: PythonToolCallStyle, context: ToolCallContext): Resumable<boolean> {
  const { scanner } = context
  let hasCall = false
  for (;;) {
    yield* scanner.consumeSpace(hasCall ? '[],;' : '[')
    if (hasCall && (yield* scanner.tryConsume(endTag))) return true
    if (hasCall) scanner.mark()
    if (!/\w/.test(yield* scanner.peek())) return hasCall
    if (!(yield* parseCall(context))) return false
    hasCall = true
  }
}

function* parseCall({ scanner, tools, emit }: ToolCallContext): Resumable<boolean> {
  const name = (yield* scanner.consumeUntil(['('], MAX_NAME_UNITS))?.text.trim() ?? ''
  if (!tools.has(name)) return false
  emit({ type: 'tool-call-start', id: null, name })
  emit({ type: 'tool-input', json: '{' })
  let isWhole = false
  for (let separator = ''; ; separator = ',') {
    yield* scanner.consumeSpace(',')
    isWhole = yield* scanner.tryConsume(')')
    if (isWhole) break
    const key = (yield* scanner.consumeUntil(['=', ')'], MAX_NAME_UNITS))?.text.trim() ?? ''
    if (!/^[\w-]+$/.test(key)) break
    yield* scanner.consumeSpace()
    if (!(yield* parseMemberValue(scanner, `${separator}${JSON.stringify(key)}:`, emit))) break
  }
  if (isWhole || !scanner.isCut) emit({ type: 'tool-input', json: '}' })
  emit({ type: 'tool-call-end' })
  return true
}

function write({ startTag, endTag, isList }: PythonToolCallStyle, calls: readonly WrittenCall[]): string {
  const written = calls.map(({ name, input }) => {
    const values = Object.entries(input).map(([key, value]) => `${key}=${spacedJson(value)}`)
    return `${name}(${values.join(', ')})`
  })
  return isList
    ? `${startTag}[${written.join(', ')}]${endTag}`
    : `${startTag}\n${written.join('\n')}\n${endTag}`
}

function sectionRule(
  { startTag, endTag, isList }: PythonToolCallStyle,
  rules: GrammarRules,
  { calls, allowsSeveral }: ToolCallRules,
): string {
  const call = rules.add(calls.map((one) => callBody(rules, one)).join(' | '))
  const [open, separator, close] = isList ? ['[', ', ', ']'] : ['\n', '\n', '\n']
  const more = allowsSeveral ? ` ( ${literal(separator)} ${call} )*` : ''
  return `${literal(startTag + open)} ${call}${more} ${literal(close + endTag)}`
}

function callBody(rules: GrammarRules, call: ToolCallRule): string {
  call.check()
  const { properties, hasOthers } = parameterList(call.schema, call, rules)
  const begin = literal(`${call.name}(`)
  const any = `[a-zA-Z_] [a-zA-Z0-9_]{0,63} "=" ${rules.primitive('value')}`
  const other = hasOthers ? rules.add(any) : null
  // Two chains of rules, from the last property back: before the first value, and after one.
  let first = other === null ? '")"' : `( ${other} ( ", " ${other} )* )? ")"`
  let further = other === null ? '")"' : `( ", " ${other} )* ")"`
  for (const { name, schema, isRequired } of properties.toReversed()) {
    const member = `${literal(`${name}=`)} ${rules.add(valueBody(call, name, schema))}`
    const next = rules.add(further)
    first = isRequired ? `${member} ${next}` : `${member} ${next} | ${rules.add(first)}`
    further = isRequired ? `", " ${member} ${next}` : `", " ${member} ${next} | ${next}`
  }
  return `${begin} ( ${first} )`
}

/** A value as JSON, or a truth value or null as Python's. */
function valueBody(call: ToolCallRule, name: string, schema: unknown): string {
  const types = allowedTypes(schema, call.schema)
  const isListed = isJsonObject(schema) && (Object.hasOwn(schema, 'const') || Object.hasOwn(schema, 'enum'))
  const truths = types?.has('boolean') && !isListed ? ' | "True" | "False"' : ''
  const nothing = types?.has('null') && !isListed ? ' | "None"' : ''
  return `${call.valueRule(name, schema)}${truths}${nothing}`
}
