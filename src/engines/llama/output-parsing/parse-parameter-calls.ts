import type { OutputScanner, Resumable } from './output-scanner.ts'
import type { NamedElement, ParameterToolCallStyle } from './parameter-call-style.ts'
import { type AllowedTypes, isString, parameterJson, parameterTypes } from './parameter-value.ts'
import { copyUntil } from './parse-element.ts'
import type { ToolCallContext } from './tool-call-parser.ts'

const MAX_NAME_UNITS = 256

/** Models leave the start tag out where the tool's own tag is as distinct. */
export function bareStartTags({ tool }: ParameterToolCallStyle): string[] {
  return tool.beforeName === '' ? [] : [tool.beforeName]
}

/** @returns false where the marked text is no call */
export function* parseParameterCalls(
  style: ParameterToolCallStyle,
  context: ToolCallContext,
): Resumable<boolean> {
  const { scanner } = context
  const { beforeName } = style.tool
  let isOpened = beforeName === '' || context.startTag === beforeName
  let hasCall = false
  for (;;) {
    if (!isOpened) yield* scanner.consumeSpace()
    if (hasCall && style.endTag !== '' && (yield* scanner.tryConsume(style.endTag))) return true
    if (hasCall) scanner.mark()
    const isNext = isOpened || (beforeName !== '' && (yield* scanner.tryConsume(beforeName)))
    isOpened = false
    if (!isNext) return hasCall
    const end = yield* parseCall(style, context)
    if (end === null) return false
    if (style.endTag !== '' && end === style.endTag) return true
    hasCall = true
  }
}

/** @returns the tag that ended the call, empty where it broke off; null where it is not a call */
function* parseCall(style: ParameterToolCallStyle, context: ToolCallContext): Resumable<string | null> {
  const { tool, parameter, endTag } = style
  const { scanner, tools, emit } = context
  const ends = [parameter.beforeName, tool.endTag ?? endTag, endTag].filter((tag) => tag !== '')
  const named = yield* parseName(scanner, tool, tool.afterName === '' ? ['\n', ...ends] : [tool.afterName])
  const name = named?.text.trim() ?? ''
  const schema = tools.get(name)?.inputSchema
  if (named === null || schema === undefined) return null
  yield* scanner.consumeSpace()
  let end = ends.includes(named.end) ? named.end : yield* scanner.tryConsumeAny(ends)
  if (end === null) return null
  emit({ type: 'tool-call-start', id: null, name })
  emit({ type: 'tool-input', json: '{' })
  for (let separator = ''; end === parameter.beforeName; separator = ',') {
    const key = yield* parseName(scanner, parameter, nameEnds(style))
    if (key === null) break
    const keyName = key.text.trim()
    emit({ type: 'tool-input', json: `${separator}${JSON.stringify(keyName)}:` })
    const types = parameterTypes(schema, keyName)
    const isText = key.end === parameter.afterStringName || isString(types)
    yield* isText ? parseString(style, context) : parseJsonOrString(style, context, types)
    yield* scanner.consumeSpace()
    end = yield* scanner.tryConsumeAny(ends)
  }
  if (end !== null || !scanner.isCut) emit({ type: 'tool-input', json: '}' })
  emit({ type: 'tool-call-end' })
  return end === parameter.beforeName ? '' : (end ?? '')
}

/** Parses a name and the attributes after it, up to the end of the tag. */
function* parseName(
  scanner: OutputScanner,
  { attributes }: NamedElement,
  ends: readonly string[],
): Resumable<{ text: string; end: string } | null> {
  if (attributes === undefined) return yield* scanner.consumeUntil(ends, MAX_NAME_UNITS)
  const name = yield* scanner.consumeUntil([attributes.nameEnd], MAX_NAME_UNITS)
  const others = name === null ? null : yield* scanner.consumeUntil([attributes.end], MAX_NAME_UNITS)
  return name === null || others === null
    ? null
    : { text: name.text, end: `${attributes.nameEnd}${others.text}${attributes.end}` }
}

function nameEnds({ parameter, otherAfterNames = [] }: ParameterToolCallStyle): string[] {
  return [
    parameter.afterName,
    ...(parameter.afterStringName === undefined ? [] : [parameter.afterStringName]),
    ...otherAfterNames,
  ]
}

/** Emits a string while it is generated, escaped for JSON. */
function* parseString(style: ParameterToolCallStyle, { scanner, emit }: ToolCallContext): Resumable {
  const put = (json: string) => emit({ type: 'tool-input', json })
  put('"')
  const isWhole = yield* parseRawValue(scanner, style, (unit) =>
    put(unit < ' ' || unit === '"' || unit === '\\' ? JSON.stringify(unit).slice(1, -1) : unit),
  )
  if (isWhole || !scanner.isCut) put('"')
}

/** Emits a value at its end: only then is it clear whether it is JSON or a string. */
function* parseJsonOrString(
  style: ParameterToolCallStyle,
  { scanner, emit }: ToolCallContext,
  types: AllowedTypes,
): Resumable {
  let text = ''
  const isWhole = yield* parseRawValue(scanner, style, (unit) => {
    text += unit
  })
  if (isWhole || !scanner.isCut) emit({ type: 'tool-input', json: parameterJson(text, types) })
}

/** @returns false where the text ends before the value does */
function* parseRawValue(
  scanner: OutputScanner,
  { parameter: { endTag }, padding, quote }: ParameterToolCallStyle,
  put: (unit: string) => void,
): Resumable<boolean> {
  if (padding !== '') yield* scanner.tryConsume(padding)
  if (quote !== undefined && (yield* scanner.tryConsume(quote.startTag))) {
    if (!(yield* copyUntil(scanner, quote.endTag, put))) return false
    yield* scanner.consumeSpace()
    yield* scanner.tryConsume(endTag)
    return true
  }
  for (;;) {
    if ((yield* scanner.tryConsumeAny([endTag, padding + endTag])) !== null) return true
    const unit = yield* scanner.peek()
    if (unit === '') return false
    put(unit)
    scanner.advance()
  }
}
