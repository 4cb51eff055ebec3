import { isJsonObject } from '../../../util/json-object.ts'
import { parseJson } from '../../../util/json-value.ts'
import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import type { GrammarTrigger } from '../grammar/output-constraint.ts'
import type { OutputScanner, Resumable } from './output-scanner.ts'
import { parseJsonValue, parseToolInput } from './parse-json-value.ts'
import { textPattern } from './text-pattern.ts'
import type { ToolCallContext, ToolCallParser } from './tool-call-parser.ts'
import type { ToolCallRule, ToolCallRules } from './tool-call-rules.ts'

/** Under which names models write a tool's name and its input. */
const NAME_KEYS = ['name', 'tool_name']
const INPUT_KEYS = ['arguments', 'parameters', 'input']

/** Calls as JSON objects, each with the tool's name and its input. */
export interface JsonToolCallStyle {
  readonly name: string
  /** What stands before a call, or before a list of them; null for bare JSON. */
  readonly startTag: string | null
  /** What stands behind; null if nothing does. */
  readonly endTag: string | null
  /** Other openers that are understood. */
  readonly otherStartTags?: readonly string[]
  /** How several calls are written: in a list, or each with an opener of its own; null if there can be one only. */
  readonly multipleCalls: 'list' | 'repeat' | null
  readonly inputKey: 'arguments' | 'parameters'
  readonly nameKey?: 'tool_name'
  /** White space inside the opener and the closer. */
  readonly padding?: string
}

/** The format of such calls. */
export function jsonToolCallParser(style: JsonToolCallStyle): ToolCallParser {
  const startTags = [...(style.startTag === null ? [] : [style.startTag]), ...(style.otherStartTags ?? [])]
  return {
    name: style.name,
    startTags,
    allowsBareJson: style.startTag === null,
    preservedTokens: [...startTags, ...(style.endTag === null ? [] : [style.endTag])],
    parseSection: (context) => parseSection(style, context),
    sectionRule: (rules, calls) => sectionRule(style, rules, calls),
    trigger: triggerOf(style),
  }
}

function* parseSection(
  { endTag, startTag }: JsonToolCallStyle,
  context: ToolCallContext,
): Resumable<boolean> {
  const { scanner } = context
  let hasCall = false
  for (;;) {
    yield* scanner.consumeSpace(hasCall ? '[],;' : '[')
    if (hasCall && endTag !== null && (yield* scanner.tryConsume(endTag))) return true
    if ((yield* scanner.peek()) !== '{') return hasCall
    if (hasCall) scanner.mark()
    if (!(yield* parseCall(context, startTag === null))) return false
    hasCall = true
  }
}

/** What is known of a call whose object is being read. */
interface CallSoFar {
  name: string | null
  /** An input that came before the name. */
  early: string | null
}

/**
 * One object. Its call begins when the input does, so that nothing was said of what turns out to be no call.
 *
 * @param needsInput whether an object that names a tool and nothing else is no call
 */
function* parseCall(context: ToolCallContext, needsInput: boolean): Resumable<boolean> {
  const { scanner, emit } = context
  const call: CallSoFar = { name: null, early: null }
  scanner.advance()
  for (;;) {
    yield* scanner.consumeSpace(',')
    if (yield* scanner.tryConsume('}')) break
    const member = yield* parseMember(call, context)
    if (member === 'input') yield* skipOtherMembers(scanner)
    if (member !== 'other') return member === 'input'
  }
  if (call.name === null || (needsInput && call.early === null)) return false
  emit({ type: 'tool-call-start', id: null, name: call.name })
  emit({ type: 'tool-input', json: call.early ?? '{}' })
  emit({ type: 'tool-call-end' })
  return true
}

/** `input`: the member was the input, and the call is emitted. */
function* parseMember(
  call: CallSoFar,
  { scanner, tools, emit }: ToolCallContext,
): Resumable<'input' | 'other' | 'broken'> {
  const key = yield* parseString(scanner)
  yield* scanner.consumeSpace()
  if (key === null || !(yield* scanner.tryConsume(':'))) return 'broken'
  yield* scanner.consumeSpace()
  if (NAME_KEYS.includes(key) && call.name === null) {
    call.name = yield* parseString(scanner)
    return call.name !== null && tools.has(call.name) ? 'other' : 'broken'
  }
  if (!INPUT_KEYS.includes(key)) return (yield* parseJsonValue(scanner)) === null ? 'broken' : 'other'
  if (call.name === null || (yield* scanner.peek()) !== '{') {
    call.early = yield* parseEarlyInput(scanner)
    return call.early === null ? 'broken' : 'other'
  }
  emit({ type: 'tool-call-start', id: null, name: call.name })
  yield* parseToolInput(scanner, emit)
  emit({ type: 'tool-call-end' })
  return 'input'
}

/** An input that came before the name, or as a text that holds JSON; null where it is no object. */
function* parseEarlyInput(scanner: OutputScanner): Resumable<string | null> {
  const json = yield* parseJsonValue(scanner)
  if (json === null) return null
  const value = parseJson(json)
  const input = typeof value === 'string' ? parseJson(value) : value
  if (input === null) return '{}'
  return isJsonObject(input) ? JSON.stringify(input) : null
}

function* parseString(scanner: OutputScanner): Resumable<string | null> {
  if ((yield* scanner.peek()) !== '"') return null
  const value = parseJson((yield* parseJsonValue(scanner)) ?? '')
  return typeof value === 'string' ? value : null
}

/** Other members behind the input, such as an id, and the end of the object. */
function* skipOtherMembers(scanner: OutputScanner): Resumable {
  for (;;) {
    yield* scanner.consumeSpace()
    if (yield* scanner.tryConsume('}')) return
    if (!(yield* scanner.tryConsume(','))) return
    yield* scanner.consumeSpace()
    if ((yield* parseString(scanner)) === null) return
    yield* scanner.consumeSpace()
    if (!(yield* scanner.tryConsume(':'))) return
    if ((yield* parseJsonValue(scanner)) === null) return
  }
}

function sectionRule(
  style: JsonToolCallStyle,
  rules: GrammarRules,
  { calls, allowsSeveral }: ToolCallRules,
): string {
  const space = rules.primitive('space')
  const call = rules.add(calls.map((one) => callBody(style, rules, one)).join(' | '))
  const padding = style.padding === undefined ? '' : ` ${literal(style.padding)}`
  const startTag = style.startTag === null ? '' : `${literal(style.startTag)}${padding} `
  const endTag = style.endTag === null ? '' : `${padding} ${literal(style.endTag)}`
  if (style.multipleCalls === 'list') {
    const more = allowsSeveral ? ` ( "," ${space} ${call} )*` : ''
    return `${startTag}"[" ${space} ${call}${more} ${space} "]"${endTag}`
  }
  const section = `${startTag}${call}${endTag}`
  return allowsSeveral && style.multipleCalls === 'repeat' ? `${section} ( "\\n" ${section} )*` : section
}

function callBody(style: JsonToolCallStyle, rules: GrammarRules, call: ToolCallRule): string {
  const space = rules.primitive('space')
  const name = literal(`"${style.nameKey ?? 'name'}":`)
  const input = literal(`"${style.inputKey}":`)
  return `"{" ${space} ${name} ${space} ${literal(JSON.stringify(call.name))} "," ${space} ${input} ${space} ${call.inputRule()} ${space} "}"`
}

function triggerOf({ startTag }: JsonToolCallStyle): GrammarTrigger {
  return startTag === null
    ? { pattern: '(?<=^\\s*)\\{\\s*"name"\\s*:', isAtStart: true }
    : { pattern: textPattern(startTag), isAtStart: false }
}
