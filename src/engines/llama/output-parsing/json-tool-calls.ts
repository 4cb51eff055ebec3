import { isJsonObject } from '../../../util/json-object.ts'
import { parseJson } from '../../../util/json-value.ts'
import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import { type GrammarTrigger, literalTrigger } from '../grammar/output-constraint.ts'
import type { OutputScanner, Resumable } from './output-scanner.ts'
import { parseJsonValue, parseToolInput } from './parse-json-value.ts'
import { spacedJson } from './spaced-json.ts'
import type { ToolCallContext, ToolCallParser, WrittenCall } from './tool-call-parser.ts'
import type { ToolCallRule, ToolCallRules } from './tool-call-rules.ts'

/** The keys that models use for a tool's name and its input. */
const NAME_KEYS = ['name', 'tool_name']
const INPUT_KEYS = ['arguments', 'parameters', 'input']
/** The keys of a call that stands in a text without a tag. */
const CALL_KEYS: ReadonlySet<string> = new Set([...NAME_KEYS, ...INPUT_KEYS, 'type', 'id', 'function'])

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
  /** Whether a call is an object whose only key is the tool's name. */
  readonly nameIsKey?: boolean
  /** The keys of ids, which a call may begin and end with. */
  readonly firstKey?: 'tool_call_id'
  readonly lastKey?: 'id'
  /** White space inside the tags. */
  readonly padding?: string
  /** What stands between two calls that repeat the tags; a line break by default. */
  readonly separator?: string
  readonly alternatives?: readonly ToolCallParser[]
  readonly evidence?: readonly string[]
}

export function jsonToolCallParser(style: JsonToolCallStyle): ToolCallParser {
  const startTags = [...(style.startTag === null ? [] : [style.startTag]), ...(style.otherStartTags ?? [])]
  const endTags = style.endTag === null ? [] : [style.endTag]
  return {
    name: style.name,
    startTags,
    allowsBareJson: style.startTag === null,
    otherTags: endTags,
    // Words may occur in any text.
    preservedTokens: [...startTags, ...endTags].filter((text) => /^[<[]/.test(text)),
    parseSection: (context) => parseSection(style, context),
    sectionRule: (rules, calls) => sectionRule(style, rules, calls),
    trigger: (names) => triggerOf(style, names),
    write: (calls) => write(style, calls),
    ...(style.alternatives === undefined ? {} : { alternatives: style.alternatives }),
    ...(style.evidence === undefined ? {} : { evidence: style.evidence }),
  }
}

function write(style: JsonToolCallStyle, calls: readonly WrittenCall[]): string {
  const { startTag, endTag, padding = '', separator = '\n' } = style
  const written = calls.map(({ name, input }) =>
    spacedJson(
      style.nameIsKey ? { [name]: input } : { [style.nameKey ?? 'name']: name, [style.inputKey]: input },
    ),
  )
  const tagged = (json: string) => `${startTag ?? ''}${padding}${json}${padding}${endTag ?? ''}`
  return style.multipleCalls === 'list'
    ? tagged(`[${written.join(', ')}]`)
    : written.map(tagged).join(separator)
}

function* parseSection(style: JsonToolCallStyle, context: ToolCallContext): Resumable<boolean> {
  const { endTag } = style
  const { scanner } = context
  let hasCall = false
  for (;;) {
    yield* scanner.consumeSpace(hasCall ? '[],;' : '[')
    if (hasCall && endTag !== null && (yield* scanner.tryConsume(endTag))) return true
    if ((yield* scanner.peek()) !== '{') return hasCall
    if (hasCall) scanner.mark()
    if (!(yield* parseCall(style, context))) return false
    hasCall = true
  }
}

/** The members of a call that were parsed before it could start. */
interface CallSoFar {
  name: string | null
  /** The input, if it came before the name. */
  early: string | null
  isInFunction: boolean
}

/** Parses one object. The call starts with its input, so that nothing is emitted for an object that is not a call. */
function* parseCall(style: JsonToolCallStyle, context: ToolCallContext): Resumable<boolean> {
  const { scanner, emit } = context
  // Any text may hold an object with nothing but a name.
  const needsInput = context.startTag === ''
  const call: CallSoFar = { name: null, early: null, isInFunction: false }
  scanner.advance()
  for (;;) {
    yield* scanner.consumeSpace(',')
    if (yield* scanner.tryConsume('}')) break
    const member = yield* parseMember(style, call, context)
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
  style: JsonToolCallStyle,
  call: CallSoFar,
  context: ToolCallContext,
): Resumable<'input' | 'other' | 'broken'> {
  const { scanner, startTag, tools } = context
  const key = yield* parseString(scanner)
  yield* scanner.consumeSpace()
  if (key === null || !(yield* scanner.tryConsume(':'))) return 'broken'
  // An object in a text is held back no longer than it may be a call.
  if (startTag === '' && !CALL_KEYS.has(key)) return 'broken'
  yield* scanner.consumeSpace()
  if (call.name === null) {
    if (style.nameIsKey && tools.has(key)) return yield* parseKeyedInput(key, context)
    if (NAME_KEYS.includes(key)) return yield* parseToolName(call, context)
    if (key === 'function') return yield* parseFunction(style, call, context)
  }
  if (!INPUT_KEYS.includes(key)) return (yield* parseJsonValue(scanner)) === null ? 'broken' : 'other'
  if (call.name === null || (yield* scanner.peek()) !== '{') {
    call.early = yield* parseEarlyInput(scanner)
    return call.early === null ? 'broken' : 'other'
  }
  return yield* emitInput(call.name, context)
}

function* parseKeyedInput(name: string, context: ToolCallContext): Resumable<'input' | 'broken'> {
  return (yield* context.scanner.peek()) === '{' ? yield* emitInput(name, context) : 'broken'
}

function* parseToolName(call: CallSoFar, { scanner, tools }: ToolCallContext): Resumable<'other' | 'broken'> {
  call.name = yield* parseString(scanner)
  return call.name !== null && tools.has(call.name) ? 'other' : 'broken'
}

/** A tool's name, or an object with name and input, as in OpenAI's API. */
function* parseFunction(
  style: JsonToolCallStyle,
  call: CallSoFar,
  context: ToolCallContext,
): Resumable<'input' | 'other' | 'broken'> {
  const { scanner } = context
  if ((yield* scanner.peek()) !== '{') return yield* parseToolName(call, context)
  if (call.isInFunction) return 'broken'
  call.isInFunction = true
  scanner.advance()
  for (;;) {
    yield* scanner.consumeSpace(',')
    if (yield* scanner.tryConsume('}')) return 'other'
    const member = yield* parseMember(style, call, context)
    if (member === 'input') yield* skipOtherMembers(scanner)
    if (member !== 'other') return member
  }
}

function* emitInput(name: string, { scanner, emit }: ToolCallContext): Resumable<'input'> {
  emit({ type: 'tool-call-start', id: null, name })
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
  if (!['"', "'"].includes(yield* scanner.peek())) return null
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
  const endTag = style.endTag === null ? '' : ` ${space} ${literal(style.endTag)}`
  if (style.multipleCalls === 'list') {
    const more = allowsSeveral ? ` ( "," ${space} ${call} )*` : ''
    return `${startTag}"[" ${space} ${call}${more} ${space} "]"${endTag}`
  }
  const section = `${startTag}${call}${endTag}`
  const separator = `${literal(style.separator ?? '\n')}? `
  return allowsSeveral && style.multipleCalls === 'repeat'
    ? `${section} ( ${separator}${section} )*`
    : section
}

function callBody(style: JsonToolCallStyle, rules: GrammarRules, call: ToolCallRule): string {
  const space = rules.primitive('space')
  if (style.nameIsKey)
    return `"{" ${space} ${literal(`${JSON.stringify(call.name)}:`)} ${space} ${call.inputRule()} ${space} "}"`
  const name = literal(`"${style.nameKey ?? 'name'}":`)
  const input = literal(`"${style.inputKey}":`)
  const id = (key: string) => `${literal(`"${key}":`)} ${space} "\\"" [-_a-zA-Z0-9]{1,64} "\\""`
  const first = style.firstKey === undefined ? '' : `( ${id(style.firstKey)} "," ${space} )? `
  const last = style.lastKey === undefined ? '' : `( "," ${space} ${id(style.lastKey)} )? `
  return `"{" ${space} ${first}${name} ${space} ${literal(JSON.stringify(call.name))} "," ${space} ${input} ${space} ${call.inputRule()} ${last}${space} "}"`
}

/** An object in a text is a call only if it names a tool; one that a reply begins with has to name one. */
function triggerOf({ startTag }: JsonToolCallStyle, names: readonly string[]): GrammarTrigger {
  if (startTag !== null) return literalTrigger(startTag)
  const named = names.map((name) => literalTrigger(JSON.stringify(name)).pattern).join('|')
  const key = '\\{\\s*"name"\\s*:'
  return { pattern: `(?<=^\\s*)${key}|${key}\\s*(?:${named})\\s*,`, isAtStart: false }
}
