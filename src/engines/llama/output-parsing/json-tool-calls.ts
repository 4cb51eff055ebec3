import { isJsonObject } from '../../../util/json-object.ts'
import { parseJson } from '../../../util/json-value.ts'
import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import { type GrammarTrigger, literalTrigger } from '../grammar/output-constraint.ts'
import type { OutputScanner, Resumable } from './output-scanner.ts'
import { parseJsonValue, parseToolInput } from './parse-json-value.ts'
import type { ToolCallContext, ToolCallParser } from './tool-call-parser.ts'
import type { ToolCallRule, ToolCallRules } from './tool-call-rules.ts'

/** The keys that models use for a tool's name and its input. */
const NAME_KEYS = ['name', 'tool_name']
const INPUT_KEYS = ['arguments', 'parameters', 'input']

/** Tool calls as JSON objects, each with the tool's name and its input. */
export interface JsonToolCallStyle {
  readonly name: string
  /** Before a call or a list of calls; null for bare JSON. */
  readonly startTag: string | null
  /** Null if nothing marks the end. */
  readonly endTag: string | null
  /** Also understood, but never written under a grammar. */
  readonly otherStartTags?: readonly string[]
  /** How several calls are written: in one list, or each with its own tags; null where a reply holds one call at most. */
  readonly multipleCalls: 'list' | 'repeat' | null
  readonly inputKey: 'arguments' | 'parameters'
  readonly nameKey?: 'tool_name'
  /** White space inside the tags. */
  readonly padding?: string
}

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

/** The members of a call that were parsed before it could start. */
interface CallSoFar {
  name: string | null
  /** The input, if it came before the name. */
  early: string | null
}

/**
 * Parses one object. The call starts with its input, so that nothing is emitted for an object that is not a call.
 *
 * @param needsInput whether an object with nothing but a tool's name is not a call
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

/** Returns `input` when the member was the input and the call was emitted. */
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

/** Parses an input that comes before the name, or as a string that holds JSON; null where it is not an object. */
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

/** Skips the members after the input, such as an id, and the end of the object. */
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
    : literalTrigger(startTag)
}
