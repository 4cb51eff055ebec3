import type { Tool } from '../../../completion/tool.ts'
import { isJsonObject } from '../../../util/json-object.ts'
import { HARMONY, MESSAGE_FORMATS, type MessageFormat } from '../output-parsing/message-format.ts'
import { messageToolCalls } from '../output-parsing/message-tool-calls.ts'
import { type OutputFormat, PLAIN_OUTPUT } from '../output-parsing/output-format.ts'
import { OutputParser } from '../output-parsing/output-parser.ts'
import { replyFormatOf } from '../output-parsing/reply-formats.ts'
import { type ToolCallParser, toolsByName } from '../output-parsing/tool-call-parser.ts'
import { TOOL_CALL_PARSERS } from '../output-parsing/tool-call-parsers.ts'
import { AuthorEncoding } from './author-encoding.ts'
import { type RenderBudget, RenderBudgetError } from './render-budget.ts'
import { type MessageStyle, systemWithTools, type TemplateMessage } from './template-messages.ts'
import { requiredVariables, type TemplateRenderer } from './template-renderer.ts'

/** What a template supports, detected by rendering probes. */
export interface TemplateCapabilities {
  readonly style: MessageStyle
  /** Its `calls` are null where the template does not show the form of calls. */
  readonly outputFormat: OutputFormat
  /** Whether it lists tools; else they are described in the system text. */
  readonly listsTools: boolean
  /** Whether it writes calls; else they are part of the turn's text. */
  readonly writesCalls: boolean
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
  const base = formatOf(probe)
  const common: MessageStyle = {
    argumentsAs: 'object',
    emptyContent: '',
    writesSeveralCalls: true,
    thinkingKey: thinkingKeyOf(source, base.messages),
    callIdFormat: source.includes('<|tool_call_begin|>') ? 'kimi' : 'short',
    hasSystemTools: false,
  }
  const before = render(probe, [QUESTION], true) ?? ''
  const listsTools = before.includes(PROBE_NAME)
  const written = source.includes('tool_calls') ? writtenForm(probe, { before, base, common }) : null
  if (written !== null) return { ...written, listsTools, writesCalls: true }
  const hasSystemTools = !listsTools && listsSystemTools(probe)
  const isShown = (listsTools || hasSystemTools) && writesResults(probe)
  const calls = isShown ? shownForm(source) : null
  return {
    style: { ...common, hasSystemTools: hasSystemTools && calls !== null },
    outputFormat: { ...base, calls },
    listsTools: calls !== null,
    writesCalls: false,
  }
}

function formatOf(probe: Probe): OutputFormat {
  const { source } = probe.renderer
  const messages = MESSAGE_FORMATS.find(({ evidence }) => source.includes(evidence)) ?? null
  if (messages !== null) return { ...PLAIN_OUTPUT, messages, thinking: messages.thinking }
  const reply: TemplateMessage = {
    role: 'assistant',
    content: 'probe reply',
    reasoning_content: 'probe thinking',
    reasoning: 'probe thinking',
    thinking: 'probe thinking',
  }
  const shown = render(probe, [QUESTION, reply], true, true) ?? ''
  return { ...PLAIN_OUTPUT, ...replyFormatOf(`${source}\n${shown}`) }
}

/** The style of messages in which a template writes calls that a parser reads back; null if there is none. */
function writtenForm(
  probe: Probe,
  { before, base, common }: { before: string; base: OutputFormat; common: MessageStyle },
): Pick<TemplateCapabilities, 'style' | 'outputFormat'> | null {
  const parsers = base.messages === null ? TOOL_CALL_PARSERS : [messageToolCalls(base.messages)]
  for (const one of STYLES) {
    const style = { ...common, ...one }
    const written = writeCalls(probe, style, 1)
    if (written === null) continue
    const calls = exactest(
      parsers.filter((one) => countCalls(written, before, { ...base, calls: one }) === 1),
      written,
    )
    if (calls !== null) {
      const outputFormat = { ...base, calls }
      const two = writeCalls(probe, style, 2)
      const writesSeveralCalls = two !== null && countCalls(two, before, outputFormat) === 2
      return { style: { ...style, writesSeveralCalls }, outputFormat }
    }
  }
  return null
}

/** Of the parsers that read a call, the first that writes it as the template does, or else the first. */
function exactest(parsers: readonly ToolCallParser[], written: string): ToolCallParser | null {
  const call = { name: PROBE_NAME, input: PROBE_INPUT }
  const exact = parsers.find(({ write }) => write !== null && written.includes(write([call])))
  const near = parsers.find(
    ({ write }) => write !== null && squeezed(written).includes(squeezed(write([call]))),
  )
  return exact ?? near ?? parsers[0] ?? null
}

/** JSON is written with or without spaces. */
function squeezed(text: string): string {
  return text.replace(/\s/g, '')
}

/** The form of calls that a template describes, or that its family is known to have. */
function shownForm(source: string): ToolCallParser | null {
  return (
    TOOL_CALL_PARSERS.find(({ startTags: [startTag = null], evidence }) =>
      (evidence ?? (startTag === null ? [] : [startTag])).some((text) => source.includes(text)),
    ) ?? null
  )
}

function listsSystemTools(probe: Probe): boolean {
  const rendered = render(probe, [systemWithTools('probe', [PROBE_TOOL]), QUESTION], true)
  return rendered?.includes(PROBE_NAME) === true
}

function writesResults(probe: Probe): boolean {
  const result: TemplateMessage = {
    role: 'tool',
    content: PROBE_RESULT,
    name: PROBE_NAME,
    tool_call_id: 'call00000',
  }
  const rendered = render(probe, [QUESTION, { role: 'assistant', content: 'probe reply' }, result], true)
  return rendered?.includes(PROBE_RESULT) === true
}

function thinkingKeyOf(source: string, messages: MessageFormat | null): MessageStyle['thinkingKey'] {
  if (messages === HARMONY) return 'thinking'
  if (source.includes('reasoning_content')) return 'reasoning_content'
  if (/\bmessage(?:\.reasoning\b|\[['"]reasoning['"]\])/.test(source)) return 'reasoning'
  return /\bmessage(?:\.thinking\b|\[['"]thinking['"]\])/.test(source) ? 'thinking' : null
}

/** Renders a turn with some calls; null if the template does not write all their results. */
function writeCalls(probe: Probe, style: MessageStyle, count: number): string | null {
  const written = render(probe, [QUESTION, ...probeTurn(style, count)], false)
  return written !== null && written.split(PROBE_RESULT).length - 1 === count ? written : null
}

/** How many calls in a rendered conversation the parser finds unchanged. */
function countCalls(written: string, before: string, outputFormat: OutputFormat): number {
  const { messages, calls } = outputFormat
  const needsStart = messages !== null || calls?.allowsBareJson
  const afterQuestion = written.lastIndexOf(QUESTION_TEXT) + QUESTION_TEXT.length
  const reply = written.slice(needsStart ? commonLength(before, written) : afterQuestion)
  const [ownTag] = calls?.startTags ?? []
  if (!needsStart && ownTag !== undefined && !reply.includes(ownTag)) return 0
  const parser = new OutputParser(
    { ...outputFormat, calls: calls === null ? null : { ...calls, alternatives: [] } },
    { start: 'reply', tools: toolsByName([PROBE_TOOL]) },
  )
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
  isThinkingEnabled = false,
): string | null {
  for (const extras of [{}, requiredVariables()]) {
    try {
      return renderer.render(messages, {
        addsGenerationPrompt,
        tools: [PROBE_TOOL],
        isThinkingEnabled,
        extras,
        code: PLAIN,
        budget,
      })
    } catch (error) {
      if (error instanceof RenderBudgetError) throw error
    }
  }
  return null
}

function commonLength(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}
