import { type GrammarRules, literal } from '../grammar/grammar-rules.ts'
import { literalTrigger } from '../grammar/output-constraint.ts'
import { markedLiteral, withMarks } from './call-marks.ts'
import { NotatedRules, type ValueNotation } from './notated-rules.ts'
import type { Resumable } from './output-scanner.ts'
import { parseToolInput } from './parse-json-value.ts'
import { spacedJson } from './spaced-json.ts'
import type { ToolCallContext, ToolCallParser, WrittenCall } from './tool-call-parser.ts'
import type { ToolCallRule, ToolCallRules } from './tool-call-rules.ts'

/** Names have at most 128 units; the rest of the header surrounds them. */
const MAX_HEADER_UNITS = 256

/** Tool calls as a header with the tool's name, followed by the input as JSON. */
export interface NamedToolCallStyle {
  readonly name: string
  /** The tags around all calls; null if there are none. */
  readonly section: {
    readonly startTag: string
    readonly endTag: string
    /** Whether the end tag is the token that ends a turn, so that it is no text. */
    readonly endsTurn?: boolean
  } | null
  readonly startTag: string
  /** Empty if nothing marks the end of a call. */
  readonly endTag: string
  /** Matches the text between the start tag and the input; its first group is the tool's name. */
  readonly header: RegExp
  /** The text around the name in that header, as it is written under a grammar, with marks of the call. */
  readonly beforeName: string
  readonly afterName: string
  /** Between the input and the end tag. */
  readonly afterInput: string
  /** Between two calls. */
  readonly separator: string
  /** Control tokens in a header. */
  readonly headerTokens: readonly string[]
  /** How the input is written; as JSON by default. */
  readonly notation?: ValueNotation
}

export function namedToolCallParser(style: NamedToolCallStyle): ToolCallParser {
  const { section, startTag, endTag, headerTokens } = style
  const startTags = section === null ? [startTag] : [section.startTag, startTag]
  return {
    name: style.name,
    startTags,
    allowsBareJson: false,
    otherTags: [startTag, endTag, section?.endTag ?? ''].filter((text) => text !== ''),
    preservedTokens: [...startTags, endTag, section?.endTag ?? '', ...headerTokens].filter(
      (text) => text !== '',
    ),
    parseSection: (context) => parseSection(style, context),
    sectionRule: (rules, calls) => sectionRule(style, rules, calls),
    trigger: () => literalTrigger(startTags[0] ?? ''),
    write: (calls) => write(style, calls),
  }
}

function* parseSection(style: NamedToolCallStyle, context: ToolCallContext): Resumable<boolean> {
  const { section, startTag, endTag } = style
  const { scanner } = context
  let hasCall = false
  let isOpened = context.startTag === startTag
  for (;;) {
    if (!isOpened) {
      yield* scanner.consumeSpace()
      if (hasCall && section !== null && (yield* scanner.tryConsume(section.endTag))) return true
      if (hasCall) scanner.mark()
      if (!(yield* scanner.tryConsume(startTag))) return hasCall
    }
    if (!(yield* parseCall(style, context))) return false
    hasCall = true
    isOpened = false
    yield* scanner.consumeSpace('`')
    if (endTag !== '') yield* scanner.tryConsume(endTag)
  }
}

function* parseCall(
  { header, startTag }: NamedToolCallStyle,
  { scanner, tools, emit }: ToolCallContext,
): Resumable<boolean> {
  let text = ''
  for (;;) {
    const unit = yield* scanner.peek()
    if (unit === '{') break
    if (unit === '' || text.length >= MAX_HEADER_UNITS) return false
    if (text !== '' && unit === startTag.charAt(0) && (yield* scanner.isNext([startTag]))) return false
    text += unit
    scanner.advance()
  }
  const name = header.exec(text)?.[1]
  if (name === undefined || !tools.has(name)) return false
  emit({ type: 'tool-call-start', id: null, name })
  yield* parseToolInput(scanner, emit)
  emit({ type: 'tool-call-end' })
  return true
}

function write(style: NamedToolCallStyle, calls: readonly WrittenCall[]): string {
  const { section, startTag, endTag, beforeName, afterName, afterInput, separator } = style
  const written = calls.map(
    ({ name, input }, at) =>
      `${startTag}${withMarks(beforeName, at)}${name}${withMarks(afterName, at)}${style.notation?.write(input) ?? spacedJson(input)}${afterInput}${endTag}`,
  )
  return `${section?.startTag ?? ''}${written.join(separator)}${writtenEnd(section)}`
}

function sectionRule(
  style: NamedToolCallStyle,
  rules: GrammarRules,
  { calls, allowsSeveral }: ToolCallRules,
): string {
  const { section, startTag, endTag, beforeName, afterName, afterInput, separator } = style
  const bodies = calls.map(
    (call) =>
      `${markedLiteral(`${startTag}${beforeName}`)} ${markedLiteral(`${call.name}${afterName}`)} ${inputRule(style, rules, call)}`,
  )
  const end = `${afterInput}${endTag}`
  const call = rules.add(bodies.length === 1 ? (bodies[0] ?? '') : `( ${bodies.join(' | ')} )`)
  const whole = end === '' ? call : `${call} ${literal(end)}`
  const between = separator === '' ? '' : `${literal(separator)} `
  const all = allowsSeveral ? `${whole} ( ${between}${whole} )*` : whole
  return section === null ? all : `${literal(section.startTag)} ${all} ${literal(writtenEnd(section))}`
}

function inputRule({ notation }: NamedToolCallStyle, rules: GrammarRules, call: ToolCallRule): string {
  return notation === undefined
    ? call.inputRule()
    : rules.add(new NotatedRules(rules, call, notation).inputBody())
}

function writtenEnd(section: NamedToolCallStyle['section']): string {
  return section === null || section.endsTurn ? '' : section.endTag
}
