import { isJsonObject } from '../../../util/json-object.ts'
import { parseJson } from '../../../util/json-value.ts'
import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import type { GrammarTrigger } from '../grammar/output-constraint.ts'
import type { Reading } from './output-scanner.ts'
import { readInput, readJson } from './parse-json-value.ts'
import { textPattern } from './text-pattern.ts'
import type { SectionParsing, ToolCallParser } from './tool-call-parser.ts'
import type { ToolCallRule, ToolCallRules } from './tool-call-rules.ts'

/** Under which names models write a tool's name and its input. */
const NAME_KEYS = ['name', 'tool_name']
const INPUT_KEYS = ['arguments', 'parameters', 'input']

/** Calls as JSON objects, each with the tool's name and its input. */
export interface JsonToolCallStyle {
  readonly name: string
  /** What stands before a call, or before a list of them; null for bare JSON. */
  readonly opener: string | null
  /** What stands behind; null if nothing does. */
  readonly closer: string | null
  /** Other openers that are understood. */
  readonly otherOpeners?: readonly string[]
  /** How several calls are written: in a list, or each with an opener of its own; null if there can be one only. */
  readonly many: 'list' | 'repeat' | null
  readonly inputKey: 'arguments' | 'parameters'
  readonly nameKey?: 'tool_name'
  /** White space inside the opener and the closer. */
  readonly padding?: string
}

/** The format of such calls. */
export function jsonToolCallParser(style: JsonToolCallStyle): ToolCallParser {
  const openers = [...(style.opener === null ? [] : [style.opener]), ...(style.otherOpeners ?? [])]
  return {
    name: style.name,
    openers,
    isBare: style.opener === null,
    markers: [...openers, ...(style.closer === null ? [] : [style.closer])],
    readSection: (reading) => readSection(style, reading),
    sectionRule: (rules, calls) => sectionRule(style, rules, calls),
    trigger: triggerOf(style),
  }
}

function* readSection({ closer, opener }: JsonToolCallStyle, reading: SectionParsing): Reading<boolean> {
  const { source } = reading
  let hasRead = false
  for (;;) {
    yield* source.skipSpace(hasRead ? '[],;' : '[')
    if (hasRead && closer !== null && (yield* source.takes(closer))) return true
    if ((yield* source.peek()) !== '{') return hasRead
    if (hasRead) source.hold()
    if (!(yield* readCall(reading, opener === null))) return false
    hasRead = true
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
function* readCall(reading: SectionParsing, needsInput: boolean): Reading<boolean> {
  const { source, emit } = reading
  const call: CallSoFar = { name: null, early: null }
  source.skip()
  for (;;) {
    yield* source.skipSpace(',')
    if (yield* source.takes('}')) break
    const member = yield* readMember(call, reading)
    if (member === 'input') yield* skipRest(source)
    if (member !== 'other') return member === 'input'
  }
  if (call.name === null || (needsInput && call.early === null)) return false
  emit({ type: 'tool-call-start', id: null, name: call.name })
  emit({ type: 'tool-input', json: call.early ?? '{}' })
  emit({ type: 'tool-call-end' })
  return true
}

/** `input`: the member was the input, and the call is emitted. */
function* readMember(
  call: CallSoFar,
  { source, tools, emit }: SectionParsing,
): Reading<'input' | 'other' | 'broken'> {
  const key = yield* readText(source)
  yield* source.skipSpace()
  if (key === null || !(yield* source.takes(':'))) return 'broken'
  yield* source.skipSpace()
  if (NAME_KEYS.includes(key) && call.name === null) {
    call.name = yield* readText(source)
    return call.name !== null && tools.has(call.name) ? 'other' : 'broken'
  }
  if (!INPUT_KEYS.includes(key)) return (yield* readJson(source)) === null ? 'broken' : 'other'
  if (call.name === null || (yield* source.peek()) !== '{') {
    call.early = yield* readEarlyInput(source)
    return call.early === null ? 'broken' : 'other'
  }
  emit({ type: 'tool-call-start', id: null, name: call.name })
  yield* readInput(source, emit)
  emit({ type: 'tool-call-end' })
  return 'input'
}

/** An input that came before the name, or as a text that holds JSON; null where it is no object. */
function* readEarlyInput(source: SectionParsing['source']): Reading<string | null> {
  const json = yield* readJson(source)
  if (json === null) return null
  const value = parseJson(json)
  const input = typeof value === 'string' ? parseJson(value) : value
  if (input === null) return '{}'
  return isJsonObject(input) ? JSON.stringify(input) : null
}

function* readText(source: SectionParsing['source']): Reading<string | null> {
  if ((yield* source.peek()) !== '"') return null
  const value = parseJson((yield* readJson(source)) ?? '')
  return typeof value === 'string' ? value : null
}

/** Other members behind the input, such as an id, and the end of the object. */
function* skipRest(source: SectionParsing['source']): Reading {
  for (;;) {
    yield* source.skipSpace()
    if (yield* source.takes('}')) return
    if (!(yield* source.takes(','))) return
    yield* source.skipSpace()
    if ((yield* readText(source)) === null) return
    yield* source.skipSpace()
    if (!(yield* source.takes(':'))) return
    if ((yield* readJson(source)) === null) return
  }
}

function sectionRule(
  style: JsonToolCallStyle,
  rules: GrammarRules,
  { calls, isMany }: ToolCallRules,
): string {
  const space = rules.primitive('space')
  const call = rules.add(calls.map((one) => callBody(style, rules, one)).join(' | '))
  const padding = style.padding === undefined ? '' : ` ${literal(style.padding)}`
  const opener = style.opener === null ? '' : `${literal(style.opener)}${padding} `
  const closer = style.closer === null ? '' : `${padding} ${literal(style.closer)}`
  if (style.many === 'list') {
    const more = isMany ? ` ( "," ${space} ${call} )*` : ''
    return `${opener}"[" ${space} ${call}${more} ${space} "]"${closer}`
  }
  const section = `${opener}${call}${closer}`
  return isMany && style.many === 'repeat' ? `${section} ( "\\n" ${section} )*` : section
}

function callBody(style: JsonToolCallStyle, rules: GrammarRules, call: ToolCallRule): string {
  const space = rules.primitive('space')
  const name = literal(`"${style.nameKey ?? 'name'}":`)
  const input = literal(`"${style.inputKey}":`)
  return `"{" ${space} ${name} ${space} ${literal(JSON.stringify(call.name))} "," ${space} ${input} ${space} ${call.inputRule()} ${space} "}"`
}

function triggerOf({ opener }: JsonToolCallStyle): GrammarTrigger {
  return opener === null
    ? { pattern: '(?<=^\\s*)\\{\\s*"name"\\s*:', isAtStart: true }
    : { pattern: textPattern(opener), isAtStart: false }
}
