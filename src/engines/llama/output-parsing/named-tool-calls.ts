import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import type { Reading } from './output-scanner.ts'
import { readInput } from './parse-json-value.ts'
import { textPattern } from './text-pattern.ts'
import type { SectionParsing, ToolCallParser } from './tool-call-parser.ts'
import type { ToolCallRules } from './tool-call-rules.ts'

/** Names have at most 128 units; the rest is what stands around them. */
const MAX_HEADER_UNITS = 256

/** Calls as a header with the tool's name and then the input as JSON, between markers. */
export interface NamedToolCallStyle {
  readonly name: string
  /** Around all calls; null if nothing is. */
  readonly section: { readonly opener: string; readonly closer: string } | null
  readonly opener: string
  /** Behind each call; empty if nothing is. */
  readonly closer: string
  /** Finds the tool's name in what stands between the opener and the input. */
  readonly header: RegExp
  /** What stands there, before and behind the name; several names of one place may be numbered. */
  readonly beforeName: string
  readonly behindName: string
  /** What stands between the input and the closer. */
  readonly behindInput: string
  /** Between two calls. */
  readonly between: string
  /** Other control texts in a header. */
  readonly headerMarkers: readonly string[]
}

/** The format of such calls. */
export function namedToolCallParser(style: NamedToolCallStyle): ToolCallParser {
  const { section, opener, closer, headerMarkers } = style
  const openers = section === null ? [opener] : [section.opener, opener]
  return {
    name: style.name,
    openers,
    isBare: false,
    markers: [...openers, closer, section?.closer ?? '', ...headerMarkers].filter((text) => text !== ''),
    readSection: (reading) => readSection(style, reading),
    sectionRule: (rules, calls) => sectionRule(style, rules, calls),
    trigger: { pattern: textPattern(openers[0] ?? ''), isAtStart: false },
  }
}

function* readSection(style: NamedToolCallStyle, reading: SectionParsing): Reading<boolean> {
  const { section, opener, closer } = style
  const { source } = reading
  let hasRead = false
  let isOpened = reading.opener === opener
  for (;;) {
    if (!isOpened) {
      yield* source.skipSpace()
      if (hasRead && section !== null && (yield* source.takes(section.closer))) return true
      if (hasRead) source.hold()
      if (!(yield* source.takes(opener))) return hasRead
    }
    if (!(yield* readCall(style, reading))) return false
    hasRead = true
    isOpened = false
    yield* source.skipSpace('`')
    if (closer !== '') yield* source.takes(closer)
  }
}

function* readCall(
  { header }: NamedToolCallStyle,
  { source, tools, emit }: SectionParsing,
): Reading<boolean> {
  let text = ''
  for (;;) {
    const unit = yield* source.peek()
    if (unit === '{') break
    if (unit === '' || text.length >= MAX_HEADER_UNITS) return false
    text += unit
    source.skip()
  }
  const name = header.exec(text)?.[1]
  if (name === undefined || !tools.has(name)) return false
  emit({ type: 'tool-call-start', id: null, name })
  yield* readInput(source, emit)
  emit({ type: 'tool-call-end' })
  return true
}

function sectionRule(
  style: NamedToolCallStyle,
  rules: GrammarRules,
  { calls, isMany }: ToolCallRules,
): string {
  const { section, opener, closer, beforeName, behindName, behindInput, between } = style
  const bodies = calls.map(
    (call) => `${literal(`${opener}${beforeName}${call.name}${behindName}`)} ${call.inputRule()}`,
  )
  const end = `${behindInput}${closer}`
  const call = rules.add(bodies.length === 1 ? (bodies[0] ?? '') : `( ${bodies.join(' | ')} )`)
  const whole = end === '' ? call : `${call} ${literal(end)}`
  const separator = between === '' ? '' : `${literal(between)} `
  const all = isMany ? `${whole} ( ${separator}${whole} )*` : whole
  return section === null ? all : `${literal(section.opener)} ${all} ${literal(section.closer)}`
}
