import type { CompletionEvent, ToolInputDelta } from '../completion/completion-event.ts'
import type { Tool } from '../completion/tool.ts'
import { inputAgainst, malformedInput } from './broken-input.ts'

type CallFault = 'tool-input-invalid' | 'tool-input-against-schema' | 'unknown-tool'

/** Most code units of an input that is broken; a longer one stays as it is. */
const MAX_INPUT_UNITS = 1024 * 1024

/** A call whose input is not known yet. */
interface HeldCall {
  readonly name: string
  json: string
  tokens: number
}

/**
 * Breaks the tool calls of a reply. One without a call gets one, of the first tool of the request; without tools nothing
 * changes.
 */
export async function* faultyCalls(
  events: AsyncIterable<readonly CompletionEvent[]>,
  fault: CallFault,
  tools: readonly Tool[],
): AsyncGenerator<readonly CompletionEvent[]> {
  const breaker = new CallBreaker(fault, tools)
  for await (const together of events) {
    const passed = together.flatMap((event) => breaker.push(event))
    if (passed.length > 0) yield passed
  }
}

class CallBreaker {
  readonly #fault: CallFault
  readonly #tools: readonly Tool[]
  #held: HeldCall | null = null
  #hasCall = false

  constructor(fault: CallFault, tools: readonly Tool[]) {
    this.#fault = fault
    this.#tools = tools
  }

  push(event: CompletionEvent): CompletionEvent[] {
    if (event.type === 'tool-input-delta' && this.#held !== null) return this.#hold(this.#held, event)
    const input = this.#held === null ? [] : [inputOf(this.#held, this.#fault, this.#tools)]
    this.#held = null
    return [...input, ...this.#pushOther(event)]
  }

  #hold(held: HeldCall, { json, completionTokens }: ToolInputDelta): CompletionEvent[] {
    held.json += json
    held.tokens += completionTokens
    if (held.json.length <= MAX_INPUT_UNITS) return []
    this.#held = null
    return [{ type: 'tool-input-delta', json: held.json, completionTokens: held.tokens }]
  }

  #pushOther(event: CompletionEvent): CompletionEvent[] {
    const isUnknown = this.#fault === 'unknown-tool'
    if (event.type === 'tool-call-start') {
      this.#hasCall = true
      if (isUnknown) return [{ ...event, name: unknownName(event.name) }]
      this.#held = { name: event.name, json: '', tokens: 0 }
    }
    if (event.type !== 'completion-end' || this.#hasCall) return [event]
    return [...inventedCall(this.#fault, this.#tools), endWithCall(event, this.#tools)]
  }
}

function inputOf(
  { name, json, tokens }: HeldCall,
  fault: CallFault,
  tools: readonly Tool[],
): CompletionEvent {
  return { type: 'tool-input-delta', json: brokenInput(json, name, fault, tools), completionTokens: tokens }
}

function brokenInput(json: string, name: string, fault: CallFault, tools: readonly Tool[]): string {
  if (fault === 'tool-input-invalid') return malformedInput(json)
  return inputAgainst(tools.find((tool) => tool.name === name)?.inputSchema ?? {})
}

function inventedCall(fault: CallFault, [tool]: readonly Tool[]): CompletionEvent[] {
  if (tool === undefined) return []
  const name = fault === 'unknown-tool' ? unknownName(tool.name) : tool.name
  const json = fault === 'unknown-tool' ? '{}' : brokenInput('', tool.name, fault, [tool])
  return [
    { type: 'tool-call-start', id: null, name, completionTokens: 1 },
    { type: 'tool-input-delta', json, completionTokens: 1 },
  ]
}

function endWithCall(
  end: Extract<CompletionEvent, { type: 'completion-end' }>,
  { length }: readonly Tool[],
): CompletionEvent {
  return length === 0 ? end : { ...end, stopReason: 'tool-call', stopSequence: null }
}

function unknownName(name: string): string {
  return `${name}_unknown`
}
