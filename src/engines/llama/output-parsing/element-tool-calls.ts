import { literalTrigger } from '../grammar/output-constraint.ts'
import { elementNotation, elementSectionRule } from './element-call-rules.ts'
import type { ElementToolCallStyle } from './element-call-style.ts'
import type { Resumable } from './output-scanner.ts'
import { parseElement } from './parse-element.ts'
import type { ToolCallContext, ToolCallParser, WrittenCall } from './tool-call-parser.ts'

const MAX_NAME_UNITS = 256

export function elementToolCallParser(style: ElementToolCallStyle): ToolCallParser {
  const { name, tagStart } = style
  const startTag = `${tagStart}<${style.section}>`
  return {
    name,
    startTags: [startTag],
    allowsBareJson: false,
    otherTags: [`${tagStart}</${style.section}>`, tagStart + style.endOfTool],
    preservedTokens: [startTag, tagStart],
    parseSection: (context) => parseSection(style, context),
    sectionRule: (rules, calls) => elementSectionRule(style, rules, calls),
    trigger: () => literalTrigger(startTag),
    write: (calls) => write(style, calls),
  }
}

function* parseSection(style: ElementToolCallStyle, context: ToolCallContext): Resumable<boolean> {
  const { scanner } = context
  const { tagStart, section, beforeName } = style
  let hasCall = false
  for (;;) {
    yield* scanner.consumeSpace()
    if (hasCall && (yield* scanner.tryConsume(`${tagStart}</${section}>`))) return true
    if (hasCall) scanner.mark()
    if (!(yield* scanner.tryConsume(tagStart + beforeName))) return hasCall
    if (!(yield* parseCall(style, context))) return false
    hasCall = true
  }
}

function* parseCall(
  { tagStart, afterName, endOfTool }: ElementToolCallStyle,
  { scanner, tools, emit }: ToolCallContext,
): Resumable<boolean> {
  const name = (yield* scanner.consumeUntil([afterName], MAX_NAME_UNITS))?.text.trim() ?? ''
  const schema = tools.get(name)?.inputSchema
  if (schema === undefined) return false
  emit({ type: 'tool-call-start', id: null, name })
  yield* parseElement(
    { schema, endTag: tagStart + endOfTool, isInput: true },
    { scanner, tagStart, root: schema, put: (json) => emit({ type: 'tool-input', json }) },
  )
  emit({ type: 'tool-call-end' })
  return true
}

function write(style: ElementToolCallStyle, calls: readonly WrittenCall[]): string {
  const { tagStart, section, beforeName, afterName, endOfTool } = style
  const elements = elementNotation(tagStart)
  const written = calls.map(
    ({ name, input }) =>
      `${tagStart}${beforeName}${name}${afterName}${elements.write(input)}${tagStart}${endOfTool}\n`,
  )
  return `${tagStart}<${section}>\n${written.join('')}${tagStart}</${section}>`
}
