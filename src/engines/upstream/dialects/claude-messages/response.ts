import type { CompletionEvent, StopReason } from '../../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import { REDACTED_THINKING_PREFIX, type Turn, type UserPart } from '../../../../completion/turn.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import {
  asObject,
  countAt,
  listAt,
  objectAt,
  parseJson,
  textAt,
  writeJson,
} from '../../../../util/json-value.ts'
import { EventTemplate } from '../../decoding/event-template.ts'
import { readEventObject } from '../../decoding/read-event-object.ts'
import { readStopReason } from '../../decoding/read-stop-reason.ts'
import type { OnWarning, ResponseDecoder } from '../../decoding/response-decoder.ts'
import { type DecodedPiece, ResponseEvents } from '../../decoding/response-events.ts'
import type { ServerSentEvent } from '../../decoding/server-sent-event-reader.ts'
import type { ResponseOrigin } from '../../transport/read-upstream-error.ts'
import { UpstreamFailure } from '../../transport/upstream-failure.ts'
import type { PromptCount, ResponseReader } from '../upstream-dialect.ts'
import { CLAUDE_SERVERS } from './claude-servers.ts'
import { readCitation } from './read-citation.ts'
import type { ClaudeMessagesSettings } from './settings.ts'

/** What a prompt consists of. */
const PROMPT_COUNTS = ['input_tokens', 'cache_read_input_tokens', 'cache_creation_input_tokens'] as const

/** Reads responses of the Messages API. */
export function claudeMessagesResponseReader(
  { server }: ClaudeMessagesSettings,
  onWarning: OnWarning,
): ResponseReader {
  const { mayEchoPrefill, reportsCaching } = CLAUDE_SERVERS[server]
  return {
    mayEchoPrefill,
    reportsCaching,
    decoder: (request, origin) => new ClaudeResponseDecoder(request, origin, { reportsCaching, onWarning }),
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
  readonly #reportsCaching: boolean
  readonly #events: ResponseEvents
  readonly #template = new EventTemplate((data) => deltaText(parseJson(data)))
  /** Whether texts that follow each other stay apart. */
  readonly #citesDocuments: boolean
  /** Indexes of the blocks that call the request's tools. */
  readonly #calls = new Set<number>()
  /** The last counts of the prompt. */
  #usage: JsonObject = {}
  /** How long what was written to the cache is kept. */
  #cacheWrites: JsonObject = {}
  #end: { readonly stopReason: StopReason; readonly stopSequence: string | null } | null = null

  constructor(
    request: CompletionRequest,
    origin: ResponseOrigin,
    { reportsCaching, onWarning }: { readonly reportsCaching: boolean; readonly onWarning: OnWarning },
  ) {
    this.#reportsCaching = reportsCaching
    this.#origin = origin
    this.#citesDocuments = request.prompt.turns.some(citesDocuments)
    this.#onWarning = onWarning
    this.#events = new ResponseEvents(request, origin.address, onWarning)
  }

  get isEndedEarly(): boolean {
    return this.#events.isOver
  }

  read({ data }: ServerSentEvent): readonly CompletionEvent[] {
    const knownText = this.#template.textOf(data)
    if (knownText !== null) return this.#events.addText(knownText)
    // Some servers add the closing event of OpenAI's style, or send it in place of `message_stop`.
    if (data.trim() === '[DONE]') return this.end()
    const json = readEventObject(this.#origin, data)
    switch (json.type) {
      case 'message_start':
        return this.#promptUsage(objectAt(json.message, 'usage'))
      case 'content_block_start':
        return this.#events.add(this.#blockStart(json), null)
      case 'content_block_delta': {
        const text = deltaText(json)
        if (text !== null) this.#template.learn(data, text)
        return this.#events.add(this.#blockDelta(json), null)
      }
      case 'content_block_stop':
        return this.#events.add(this.#blockStop(json), null)
      case 'message_delta':
        this.#end = this.#endOf(json.delta) ?? this.#end
        return [
          // Some servers count the prompt only here, or correct what they reported at the start.
          ...this.#promptUsage(objectAt(json, 'usage')),
          ...this.#events.add([], countAt(json.usage, 'output_tokens') || null),
        ]
      case 'message':
        return this.#wholeMessage(json)
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

  /** A message that is not streamed. */
  #wholeMessage(json: JsonObject): CompletionEvent[] {
    const pieces = (listAt(json, 'content') ?? []).flatMap((block, index) => [
      ...this.#blockStart({ index, content_block: block }),
      ...this.#blockStop({ index }),
    ])
    this.#end = this.#endOf(json) ?? this.#end
    return [
      ...this.#promptUsage(objectAt(json, 'usage')),
      ...this.#events.add(pieces, countAt(json.usage, 'output_tokens') || null),
    ]
  }

  #blockStart(json: JsonObject): DecodedPiece[] {
    const block = objectAt(json, 'content_block')
    switch (block?.type) {
      case 'text':
        return [
          { type: 'text', text: textAt(block, 'text') ?? '' },
          ...citationPieces(listAt(block, 'citations') ?? []),
        ]
      case 'thinking':
        return [
          { type: 'thinking', text: textAt(block, 'thinking') ?? '' },
          { type: 'thinking-signature', signature: textAt(block, 'signature') ?? '' },
        ]
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
      case 'citations_delta':
        return citationPieces([objectAt(delta, 'citation')])
      case 'input_json_delta':
        return this.#callPiece(json, textAt(delta, 'partial_json') ?? '', false)
      default:
        return []
    }
  }

  #blockStop(json: JsonObject): DecodedPiece[] {
    // Where nothing is cited, texts that follow each other are one.
    const ends = this.#callPiece(json, '', true)
    return this.#citesDocuments && ends.length === 0 ? [{ type: 'text-block-end' }] : ends
  }

  #callPiece(json: JsonObject, input: string, isEnd: boolean): DecodedPiece[] {
    const index = countAt(json, 'index') ?? 0
    if (!this.#calls.has(index)) return []
    return [{ type: 'tool-call', index, id: null, name: '', json: input, isEnd }]
  }

  #promptUsage(usage: JsonObject | undefined): CompletionEvent[] {
    // Zeros are what a server sends that has not counted.
    if (!PROMPT_COUNTS.some((name) => (countAt(usage, name) ?? 0) > 0)) return []
    const counts = PROMPT_COUNTS.map((name) => [name, usage?.[name]] as const)
    this.#usage = { ...this.#usage, ...Object.fromEntries(counts.filter(([, count]) => count != null)) }
    this.#cacheWrites = objectAt(usage, 'cache_creation') ?? this.#cacheWrites
    const [uncached = 0, reused = 0, written = 0] = PROMPT_COUNTS.map((name) => countAt(this.#usage, name))
    const writtenForHour = Math.min(countAt(this.#cacheWrites, 'ephemeral_1h_input_tokens') ?? 0, written)
    return this.#events.prompt({
      promptTokens: uncached + reused + written,
      reusedPromptTokens: reused,
      ...(this.#reportsCaching && reused > 0 ? { cacheReadTokens: reused } : {}),
      ...(written === 0
        ? {}
        : { cacheWrite5mTokens: written - writtenForHour, cacheWrite1hTokens: writtenForHour }),
    })
  }

  #endOf(delta: unknown): { stopReason: StopReason; stopSequence: string | null } | null {
    const stopSequence = textAt(delta, 'stop_sequence')
    // Whatever the reason is: some servers name the sequence beside `end_turn`.
    if (stopSequence !== undefined && stopSequence !== '')
      return { stopReason: 'stop-sequence', stopSequence }
    const reason = textAt(delta, 'stop_reason')
    if (reason === undefined) return null
    return { stopReason: this.#stopReasonOf(reason), stopSequence: null }
  }

  #stopReasonOf(reason: string): StopReason {
    const known = readStopReason(reason)
    if (known === undefined) {
      this.#onWarning(
        `a response ended for an unknown reason (${this.#origin.redact(reason).slice(0, 40)}); treated as the end of generation`,
      )
      return 'end-of-generation'
    }
    if ('stopReason' in known) return known.stopReason
    throw new UpstreamFailure(known.failure, `${this.#origin.address} aborted the response (${reason})`)
  }
}

function citationPieces(citations: readonly unknown[]): DecodedPiece[] {
  return citations.flatMap((json) => {
    const citation = readCitation(asObject(json))
    return citation === null ? [] : [{ type: 'citation', citation }]
  })
}

function citesDocuments({ role, parts }: Turn): boolean {
  return role === 'user' && parts.some(citesDocument)
}

function citesDocument(part: UserPart): boolean {
  if (part.type === 'tool-result') return part.parts.some(citesDocument)
  return part.type === 'text' && part.document?.isCited === true
}

/** The text of a text delta; null for every other event. */
function deltaText(event: unknown): string | null {
  const delta = objectAt(event, 'delta')
  const isText = asObject(event)?.type === 'content_block_delta' && delta?.type === 'text_delta'
  return isText ? (textAt(delta, 'text') ?? null) : null
}
