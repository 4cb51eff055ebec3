import type { Tool } from '../../../completion/tool.ts'
import { isJsonObject } from '../../../util/json-object.ts'
import { HARMONY_TOOL_CALLS } from '../output-parsing/harmony-tool-calls.ts'
import type { OutputFormat, ThinkingFormat } from '../output-parsing/output-format.ts'
import { OutputParser } from '../output-parsing/output-parser.ts'
import { toolsByName } from '../output-parsing/tool-call-parser.ts'
import { TOOL_CALL_PARSERS } from '../output-parsing/tool-call-parsers.ts'
import { AuthorEncoding } from './author-encoding.ts'
import { type RenderBudget, RenderBudgetError } from './render-budget.ts'
import type { MessageStyle, TemplateMessage } from './template-messages.ts'
import type { TemplateRenderer } from './template-renderer.ts'

/** What a template supports, detected by rendering probes. */
export interface TemplateCapabilities {
  readonly style: MessageStyle
  /** Its `calls` are null where the template does not support tools, or writes calls in an unknown format. */
  readonly outputFormat: OutputFormat
}

const PROBE_NAME = 'probe_name'
const PROBE_INPUT = { probe_key: 'probe value' }
const PROBE_RESULT = 'probe result'
const PROBE_TOOL: Tool = {
  name: PROBE_NAME,
  description: 'probe description',
  inputSchema: {
    type: 'object',
    properties: { probe_key: { type: 'string', description: 'probe key' } },
    required: ['probe_key'],
  },
  isStrict: false,
}
const QUESTION_TEXT = 'probe question'
const QUESTION: TemplateMessage = { role: 'user', content: QUESTION_TEXT }

const THINKING_FORMATS: readonly (readonly [startTag: string, endTag: string])[] = [
  ['<seed:think>', '</seed:think>'],
  ['<|START_THINKING|>', '<|END_THINKING|>'],
  ['[THINK]', '[/THINK]'],
  ['<think>', '</think>'],
]
/** Harmony models end their thinking by starting another message. */
const HARMONY_THINKING: ThinkingFormat = {
  startTag: '<|channel|>analysis<|message|>',
  endTag: '<|end|><|start|>assistant',
  forcedEnd: '<|end|><|start|>assistant',
}
const WRAPPERS = ['<|START_RESPONSE|>', '<|END_RESPONSE|>', '<response>', '</response>']

const PLAIN = new AuthorEncoding([])

interface Probe {
  readonly renderer: TemplateRenderer
  readonly budget: RenderBudget
}

/** The styles that templates need for tool calls, the most common first. */
const STYLES: readonly Pick<MessageStyle, 'argumentsAs' | 'emptyContent'>[] = [
  { argumentsAs: 'object', emptyContent: '' },
  { argumentsAs: 'object', emptyContent: null },
  { argumentsAs: 'text', emptyContent: '' },
  { argumentsAs: 'text', emptyContent: null },
]

/** @throws RenderBudgetError when the template takes too many steps */
export function probeTemplate(renderer: TemplateRenderer, budget: RenderBudget): TemplateCapabilities {
  const probe = { renderer, budget }
  const { source } = renderer
  const isHarmony = source.includes('<|channel|>') && source.includes('<|message|>')
  const base: OutputFormat = {
    thinking: isHarmony ? HARMONY_THINKING : thinkingFormat(source),
    calls: null,
    responseTags: WRAPPERS.filter((wrapper) => source.includes(wrapper)),
    isHarmony,
  }
  const common: MessageStyle = {
    argumentsAs: 'object',
    emptyContent: '',
    writesSeveralCalls: true,
    thinkingKey: thinkingKeyOf(source, isHarmony),
    callIdFormat: source.includes('<|tool_call_begin|>') ? 'kimi' : 'short',
  }
  const before = render(probe, [QUESTION], true)
  if (!before?.includes(PROBE_NAME)) return { style: common, outputFormat: base }
  for (const one of STYLES) {
    const style = { ...common, ...one }
    const written = writeCalls(probe, style, 1)
    for (const calls of isHarmony ? [HARMONY_TOOL_CALLS] : TOOL_CALL_PARSERS) {
      const outputFormat = { ...base, calls }
      if (written === null || countCalls(written, before, outputFormat) !== 1) continue
      const two = writeCalls(probe, style, 2)
      const writesSeveralCalls = two !== null && countCalls(two, before, outputFormat) === 2
      return { style: { ...style, writesSeveralCalls }, outputFormat }
    }
  }
  return { style: common, outputFormat: base }
}

function thinkingFormat(source: string): ThinkingFormat | null {
  const found = THINKING_FORMATS.find(
    ([startTag, endTag]) => source.includes(startTag) || source.includes(endTag),
  )
  if (found === undefined) return null
  const [startTag, endTag] = found
  return { startTag, endTag, forcedEnd: `\n${endTag}\n\n` }
}

function thinkingKeyOf(source: string, isHarmony: boolean): MessageStyle['thinkingKey'] {
  if (isHarmony) return 'thinking'
  return source.includes('reasoning_content') ? 'reasoning_content' : null
}

/** Renders a turn with some calls; null if the template does not write all their results. */
function writeCalls(probe: Probe, style: MessageStyle, count: number): string | null {
  const written = render(probe, [QUESTION, ...probeTurn(style, count)], false)
  return written !== null && written.split(PROBE_RESULT).length - 1 === count ? written : null
}

/** How many calls in a rendered conversation the parser finds unchanged. */
function countCalls(written: string, before: string, outputFormat: OutputFormat): number {
  const needsStart = outputFormat.isHarmony || outputFormat.calls?.allowsBareJson
  const afterQuestion = written.lastIndexOf(QUESTION_TEXT) + QUESTION_TEXT.length
  const reply = written.slice(needsStart ? commonLength(before, written) : afterQuestion)
  const parser = new OutputParser(outputFormat, { start: 'reply', tools: toolsByName([PROBE_TOOL]) })
  let count = 0
  let json = ''
  for (const part of [...parser.push(reply), ...parser.end(false)]) {
    if (part.type === 'tool-call-start') json = ''
    if (part.type === 'tool-input') json += part.json
    if (part.type === 'tool-call-end' && isProbeInput(json)) count++
  }
  return count
}

function probeTurn(
  { argumentsAs, emptyContent, callIdFormat }: MessageStyle,
  count: number,
): TemplateMessage[] {
  const ids = Array.from({ length: count }, (_, index) =>
    callIdFormat === 'kimi' ? `functions.${PROBE_NAME}:${index}` : `call0000${index}`,
  )
  const input = argumentsAs === 'object' ? PROBE_INPUT : JSON.stringify(PROBE_INPUT)
  return [
    {
      role: 'assistant',
      content: emptyContent,
      tool_calls: ids.map((id) => ({
        id,
        type: 'function',
        function: { name: PROBE_NAME, arguments: input },
      })),
    },
    ...ids.map((id) => ({
      role: 'tool' as const,
      content: PROBE_RESULT,
      tool_call_id: id,
      name: PROBE_NAME,
    })),
  ]
}

function isProbeInput(json: string): boolean {
  const input: unknown = JSON.parse(json)
  return isJsonObject(input) && Object.keys(input).length === 1 && input.probe_key === PROBE_INPUT.probe_key
}

function render(
  { renderer, budget }: Probe,
  messages: readonly TemplateMessage[],
  addsGenerationPrompt: boolean,
): string | null {
  try {
    return renderer.render(messages, {
      addsGenerationPrompt,
      tools: [PROBE_TOOL],
      isThinkingEnabled: false,
      extras: {},
      code: PLAIN,
      budget,
    })
  } catch (error) {
    if (error instanceof RenderBudgetError) throw error
    return null
  }
}

function commonLength(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}
