import type { CompletionEvent, StopReason } from '../../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import { asObject, countAt, objectAt, parseJson, textAt, writeJson } from '../../../../util/json-value.ts'
import { readEventObject } from '../../decoding/read-event-object.ts'
import { RecurringText } from '../../decoding/recurring-text.ts'
import type { OnWarning, ResponseDecoder } from '../../decoding/response-decoder.ts'
import { type DecodedPiece, ResponseEvents } from '../../decoding/response-events.ts'
import type { ServerSentEvent } from '../../decoding/server-sent-event-reader.ts'
import type { ResponseOrigin } from '../../transport/read-upstream-error.ts'
import type { PromptCount, ResponseReader } from '../upstream-dialect.ts'
import { REDACTED_THINKING_PREFIX } from './claude-messages.ts'
import { CLAUDE_SERVERS } from './claude-servers.ts'
import type { ClaudeMessagesSettings } from './settings.ts'

const STOP_REASONS: ReadonlyMap<string, StopReason> = new Map([
  ['end_turn', 'end-of-generation'],
  ['max_tokens', 'max-tokens'],
  ['model_context_window_exceeded', 'context-window'],
  ['refusal', 'refusal'],
  ['tool_use', 'tool-call'],
  // Only server tools pause, which no request here asks for: the text so far is all there is.
  ['pause_turn', 'end-of-generation'],
])

/** Reads responses of the Messages API. */
export function claudeMessagesResponseReader(
  { server }: ClaudeMessagesSettings,
  onWarning: OnWarning,
): ResponseReader {
  return {
    echoesPrefill: CLAUDE_SERVERS[server].echoesPrefill,
    decoder: (request, origin) => new ClaudeResponseDecoder(request, origin, onWarning),
    readCount: readPromptCount,
  }
}

function readPromptCount(response: unknown): PromptCount | null {
  const promptTokens = countAt(response, 'input_tokens')
  return promptTokens === undefined ? null : { promptTokens, contextWindowTokens: null }
}

/** Decodes the streams of the Messages API. */
class ClaudeResponseDecoder implements ResponseDecoder {
  readonly #origin: ResponseOrigin
  readonly #onWarning: OnWarning
  readonly #events: ResponseEvents
  readonly #recurring = new RecurringText((data) => deltaText(parseJson(data)))
  /** Indexes of the blocks that call the request's tools. */
  readonly #calls = new Set<number>()
  #hasPromptUsage = false
  #end: { readonly stopReason: StopReason; readonly stopSequence: string | null } | null = null

  constructor(request: CompletionRequest, origin: ResponseOrigin, onWarning: OnWarning) {
    this.#origin = origin
    this.#onWarning = onWarning
    this.#events = new ResponseEvents(request, origin.address, onWarning)
  }

  get isEndedEarly(): boolean {
    return this.#events.isOver
  }

  read({ data }: ServerSentEvent): readonly CompletionEvent[] {
    const knownText = this.#recurring.textOf(data)
    if (knownText !== null) return this.#events.addText(knownText)
    const json = readEventObject(this.#origin, data)
    switch (json.type) {
      case 'message_start':
        return this.#promptUsage(objectAt(json.message, 'usage'))
      case 'content_block_start':
        return this.#events.add(this.#blockStart(json), null)
      case 'content_block_delta': {
        const text = deltaText(json)
        if (text !== null) this.#recurring.learn(data, text)
        return this.#events.add(this.#blockDelta(json), null)
      }
      case 'content_block_stop':
        return this.#events.add(this.#blockStop(json), null)
      case 'message_delta':
        this.#end = this.#endOf(json.delta) ?? this.#end
        return [
          // Some servers do not count the prompt earlier.
          ...(this.#hasPromptUsage ? [] : this.#promptUsage(objectAt(json, 'usage'))),
          ...this.#events.add([], countAt(json.usage, 'output_tokens') ?? null),
        ]
      case 'message_stop':
        return this.end()
      default:
        // Pings, and newer events: the API asks its clients to ignore what they do not know.
        return []
    }
  }

  end(): readonly CompletionEvent[] {
    return this.#end === null ? [] : this.#events.close(this.#end.stopReason, this.#end.stopSequence)
  }

  #blockStart(json: JsonObject): DecodedPiece[] {
    const block = objectAt(json, 'content_block')
    switch (block?.type) {
      case 'text':
        return [{ type: 'text', text: textAt(block, 'text') ?? '' }]
      case 'thinking':
        return [{ type: 'thinking', text: textAt(block, 'thinking') ?? '' }]
      case 'redacted_thinking':
        return [
          {
            type: 'thinking-signature',
            signature: `${REDACTED_THINKING_PREFIX}${textAt(block, 'data') ?? ''}`,
          },
        ]
      case 'tool_use':
        return [this.#toolUseStart(json, block)]
      default:
        // Blocks of server tools.
        return []
    }
  }

  /** Some servers send the whole input here, and no piece of it later. */
  #toolUseStart(json: JsonObject, block: JsonObject): DecodedPiece {
    const index = countAt(json, 'index') ?? 0
    this.#calls.add(index)
    const input = objectAt(block, 'input')
    return {
      type: 'tool-call',
      index,
      id: textAt(block, 'id') ?? null,
      name: textAt(block, 'name') ?? '',
      json: input === undefined || Object.keys(input).length === 0 ? '' : writeJson(input),
      isEnd: false,
    }
  }

  #blockDelta(json: JsonObject): DecodedPiece[] {
    const delta = objectAt(json, 'delta')
    switch (delta?.type) {
      case 'text_delta':
        return [{ type: 'text', text: textAt(delta, 'text') ?? '' }]
      case 'thinking_delta':
        return [{ type: 'thinking', text: textAt(delta, 'thinking') ?? '' }]
      case 'signature_delta':
        return [{ type: 'thinking-signature', signature: textAt(delta, 'signature') ?? '' }]
      case 'input_json_delta':
        return this.#callPiece(json, textAt(delta, 'partial_json') ?? '', false)
      default:
        return []
    }
  }

  #blockStop(json: JsonObject): DecodedPiece[] {
    return this.#callPiece(json, '', true)
  }

  #callPiece(json: JsonObject, input: string, isEnd: boolean): DecodedPiece[] {
    const index = countAt(json, 'index') ?? 0
    if (!this.#calls.has(index)) return []
    return [{ type: 'tool-call', index, id: null, name: '', json: input, isEnd }]
  }

  #promptUsage(usage: object | undefined): CompletionEvent[] {
    const promptTokens = countAt(usage, 'input_tokens')
    if (promptTokens === undefined) return []
    const reused = countAt(usage, 'cache_read_input_tokens') ?? 0
    const written = countAt(usage, 'cache_creation_input_tokens') ?? 0
    const allTokens = promptTokens + reused + written
    if (allTokens === 0) return []
    this.#hasPromptUsage = true
    return this.#events.prompt(allTokens, reused)
  }

  #endOf(delta: unknown): { stopReason: StopReason; stopSequence: string | null } | null {
    const stopSequence = textAt(delta, 'stop_sequence')
    // Whatever the reason is: some servers name the sequence beside `end_turn`.
    if (stopSequence !== undefined && stopSequence !== '')
      return { stopReason: 'stop-sequence', stopSequence }
    const reason = textAt(delta, 'stop_reason')
    if (reason === undefined) return null
    const stopReason = STOP_REASONS.get(reason)
    if (stopReason === undefined) {
      this.#onWarning(
        `a response ended for an unknown reason (${this.#origin.redact(reason).slice(0, 40)}); treated as the end of generation`,
      )
    }
    return { stopReason: stopReason ?? 'end-of-generation', stopSequence: null }
  }
}

/** The text of a text delta; null for every other event. */
function deltaText(event: unknown): string | null {
  const delta = objectAt(event, 'delta')
  const isText = asObject(event)?.type === 'content_block_delta' && delta?.type === 'text_delta'
  return isText ? (textAt(delta, 'text') ?? null) : null
}
