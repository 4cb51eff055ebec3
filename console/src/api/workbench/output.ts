/** A call that the model makes of a tool. */
export interface ToolCall {
  readonly name: string
  /** JSON, perhaps still unfinished. */
  readonly input: string
}

/** What has come of a response so far. */
export interface Output {
  readonly text: string
  readonly thinking: string
  readonly toolCalls: readonly ToolCall[]
  readonly stopReason: string | null
  /** Null where the API does not say. */
  readonly inputTokens: number | null
  readonly cachedTokens: number | null
  readonly outputTokens: number | null
  /** Events that brought something: about as many as tokens. */
  readonly pieces: number
}

export const EMPTY_OUTPUT: Output = {
  ...{ text: '', thinking: '', toolCalls: [], stopReason: null },
  ...{ inputTokens: null, cachedTokens: null, outputTokens: null, pieces: 0 },
}

/** An event of either API's stream. */
interface StreamEvent {
  readonly type: string
  readonly completion?: string
  readonly stop_reason?: string | null
  readonly stop?: string | null
  readonly message?: { readonly usage?: Usage }
  readonly content_block?: { readonly type: string; readonly name?: string; readonly text?: string }
  readonly delta?: {
    readonly type?: string
    readonly text?: string
    readonly thinking?: string
    readonly partial_json?: string
    readonly stop_reason?: string | null
    readonly stop_sequence?: string | null
  }
  readonly usage?: Usage
  readonly error?: { readonly type: string; readonly message: string }
}

interface Usage {
  readonly input_tokens?: number
  readonly cache_read_input_tokens?: number
  readonly cache_creation_input_tokens?: number
  readonly output_tokens?: number
}

/** An error that came in the middle of a stream. */
export class StreamedError extends Error {
  override readonly name = 'StreamedError'
}

/**
 * The output after one more event of a stream, which is one of Messages or of Text Completions.
 *
 * @throws StreamedError for an event that is an error
 */
export function withEvent(output: Output, data: string): Output {
  const event = JSON.parse(data) as StreamEvent
  switch (event.type) {
    case 'completion':
      return withCompletion(output, event)
    case 'message_start':
      return { ...output, ...tokensOf(event.message?.usage, output) }
    case 'content_block_start':
      return withBlock(output, event)
    case 'content_block_delta':
      return withDelta(output, event)
    case 'message_delta': {
      const { stop_reason: reason, stop_sequence: sequence } = event.delta ?? {}
      return { ...output, ...tokensOf(event.usage, output), stopReason: describeStop(reason, sequence) }
    }
    case 'error':
      throw new StreamedError(
        event.error?.message ?? 'The server reported an error in the middle of its response.',
      )
    default:
      return output
  }
}

function withCompletion(output: Output, { completion = '', stop_reason: reason, stop }: StreamEvent): Output {
  return {
    ...output,
    text: output.text + completion,
    pieces: output.pieces + (completion === '' ? 0 : 1),
    stopReason: describeStop(reason, stop) ?? output.stopReason,
  }
}

function withBlock(output: Output, { content_block: block }: StreamEvent): Output {
  if (block?.type !== 'tool_use') return output
  return { ...output, toolCalls: [...output.toolCalls, { name: block.name ?? '', input: '' }] }
}

function withDelta(output: Output, { delta }: StreamEvent): Output {
  const pieces = output.pieces + 1
  if (delta?.type === 'text_delta') return { ...output, pieces, text: output.text + (delta.text ?? '') }
  if (delta?.type === 'thinking_delta')
    return { ...output, pieces, thinking: output.thinking + (delta.thinking ?? '') }
  if (delta?.type !== 'input_json_delta') return output
  const last = output.toolCalls.at(-1)
  if (last === undefined) return output
  const changed = { ...last, input: last.input + (delta.partial_json ?? '') }
  return { ...output, pieces, toolCalls: [...output.toolCalls.slice(0, -1), changed] }
}

function tokensOf(
  usage: Usage | undefined,
  old: Output,
): Pick<Output, 'inputTokens' | 'cachedTokens' | 'outputTokens'> {
  const { inputTokens, cachedTokens, outputTokens } = old
  if (usage === undefined) return { inputTokens, cachedTokens, outputTokens }
  const read = usage.cache_read_input_tokens ?? 0
  const written = usage.cache_creation_input_tokens ?? 0
  return {
    inputTokens: usage.input_tokens === undefined ? inputTokens : usage.input_tokens + read + written,
    cachedTokens: usage.cache_read_input_tokens ?? cachedTokens,
    outputTokens: usage.output_tokens ?? outputTokens,
  }
}

function describeStop(reason: string | null | undefined, sequence: string | null | undefined): string | null {
  if (reason === null || reason === undefined) return null
  return sequence ? `${reason}: ${JSON.stringify(sequence)}` : reason
}
