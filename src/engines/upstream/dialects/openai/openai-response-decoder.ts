import type { CompletionEvent, StopReason } from '../../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import { asObject, countAt, listAt, objectAt, parseJson, textAt } from '../../../../util/json-value.ts'
import { EventTemplate } from '../../decoding/event-template.ts'
import { readEventObject } from '../../decoding/read-event-object.ts'
import { readStopReason } from '../../decoding/read-stop-reason.ts'
import type { OnWarning, ResponseDecoder } from '../../decoding/response-decoder.ts'
import { type DecodedPiece, ResponseEvents } from '../../decoding/response-events.ts'
import type { ServerSentEvent } from '../../decoding/server-sent-event-reader.ts'
import type { ResponseOrigin } from '../../transport/read-upstream-error.ts'
import { UpstreamFailure } from '../../transport/upstream-failure.ts'
import type { ResponseReader } from '../upstream-dialect.ts'
import { readTokenCount } from './openai-fields.ts'
import { readScoredTokens } from './openai-logprobs.ts'
import type { OpenAiServer } from './openai-servers.ts'

/** The last event of every stream of this style. */
const CLOSING_DATA = '[DONE]'

/** Reads the pieces in a choice. */
export type PiecesOf = (choice: unknown) => readonly DecodedPiece[]

/** Reads the responses of a server of the OpenAI style. */
export function openAiResponseReader(
  { countsExactly, reportsCaching }: OpenAiServer,
  piecesOf: PiecesOf,
  onWarning: OnWarning,
): ResponseReader {
  return {
    mayEchoPrefill: false,
    reportsCaching,
    decoder: (request, origin) =>
      new OpenAiResponseDecoder({ request, origin, piecesOf, countsExactly, reportsCaching, onWarning }),
    readCount: readTokenCount,
  }
}

/** What decoding a response depends on. */
interface OpenAiResponseShape {
  readonly request: CompletionRequest
  readonly origin: ResponseOrigin
  readonly piecesOf: PiecesOf
  /** Whether its counts are exact, so that fewer tokens than requested mean a full context window. */
  readonly countsExactly: boolean
  /** Whether the cached tokens that it reports are charged as cached. */
  readonly reportsCaching: boolean
  readonly onWarning: OnWarning
}

/** The content of one event. */
interface EventContent {
  readonly choice: unknown
  readonly pieces: readonly DecodedPiece[]
  readonly usage: JsonObject | undefined
  /** The finish reason; empty while the response continues. */
  readonly reason: string
}

/** The text of an event that has nothing else; null for every other event. */
function plainText({ pieces, usage, reason }: EventContent): string | null {
  const full = pieces.filter(isFull)
  const [only] = full
  const isText = full.length === 1 && only?.type === 'text' && only.isRefusal !== true
  return isText && usage === undefined && reason === '' ? only.text : null
}

function isFull(piece: DecodedPiece): boolean {
  return piece.type === 'text' || piece.type === 'thinking' ? piece.text !== '' : true
}

/** The scores of an event's text; thinking and tool calls have none of their own. */
function scoresOf({ choice, pieces }: EventContent): CompletionEvent[] {
  const tokens = readScoredTokens(choice)
  const isText = pieces.every((piece) => piece.type === 'text' || !isFull(piece))
  return tokens.length > 0 && isText ? [{ type: 'completion-tokens', tokens }] : []
}

/** Decodes the streams of both OpenAI dialects, which differ only in the choice. */
class OpenAiResponseDecoder implements ResponseDecoder {
  readonly #response: OpenAiResponseShape
  readonly #events: ResponseEvents
  readonly #template = new EventTemplate((data) => plainText(this.#readData(asObject(parseJson(data)))))
  #stopReason: StopReason | null = null
  #hasCount = false
  #hasPieces = false

  constructor(response: OpenAiResponseShape) {
    this.#response = response
    this.#events = new ResponseEvents(response.request, response.origin.address, response.onWarning)
  }

  get isEndedEarly(): boolean {
    return this.#events.isOver
  }

  read({ data }: ServerSentEvent): readonly CompletionEvent[] {
    const knownText = this.#template.textOf(data)
    if (knownText !== null) return this.#events.addText(knownText)
    if (data.trim() === CLOSING_DATA) return this.end()
    const read = this.#readData(readEventObject(this.#response.origin, data))
    if (this.#response.request.logprobs !== undefined) return [...scoresOf(read), ...this.#add(read)]
    const text = plainText(read)
    if (text !== null) {
      this.#template.learn(data, text)
      this.#hasPieces = true
      return this.#events.addText(text)
    }
    return this.#add(read)
  }

  #add(read: EventContent): readonly CompletionEvent[] {
    const { usage, reason } = read
    const pieces = this.#piecesOf(read)
    // A server that says zero beside a text does not count.
    const completionTokens = countAt(usage, 'completion_tokens') || null
    if (reason !== '') this.#stopReason = this.#stopReasonOf(reason)
    this.#hasCount ||= completionTokens !== null
    return [...this.#promptUsage(usage), ...this.#events.add(pieces, completionTokens)]
  }

  /** The counts come after the last text, so the end is held until the stream closes. */
  end(): readonly CompletionEvent[] {
    if (this.#stopReason === null) return []
    return this.#events.close(this.#isWindowFull() ? 'context-window' : this.#stopReason)
  }

  #readData(json: JsonObject | undefined): EventContent {
    const choice = listAt(json, 'choices')?.[0]
    return {
      choice,
      pieces: this.#response.piecesOf(choice),
      // Groq and Moonshot have places of their own.
      usage: objectAt(json, 'usage') ?? objectAt(json?.x_groq, 'usage') ?? objectAt(choice, 'usage'),
      reason: textAt(choice, 'finish_reason') ?? '',
    }
  }

  /** A whole message counts only where no part of it came before: some servers repeat it at the end. */
  #piecesOf({ choice, pieces }: EventContent): readonly DecodedPiece[] {
    const message = objectAt(choice, 'message')
    const isWhole = message !== undefined && !this.#hasPieces && !pieces.some(isFull)
    const read = isWhole ? this.#response.piecesOf({ delta: message }) : pieces
    this.#hasPieces ||= read.some(isFull)
    return read
  }

  /** `length` means either limit; a completion with fewer tokens than requested has met the context window. */
  #isWindowFull(): boolean {
    const { countsExactly, request } = this.#response
    return (
      this.#stopReason === 'max-tokens' &&
      countsExactly &&
      this.#hasCount &&
      this.#events.completionTokens < request.maxTokens
    )
  }

  #promptUsage(usage: object | undefined): CompletionEvent[] {
    const promptTokens = countAt(usage, 'prompt_tokens') ?? 0
    if (promptTokens === 0) return []
    const cached =
      countAt(objectAt(usage, 'prompt_tokens_details'), 'cached_tokens') ??
      // DeepSeek, Moonshot
      countAt(usage, 'prompt_cache_hit_tokens') ??
      countAt(usage, 'cached_tokens')
    const reusedPromptTokens = Math.min(cached ?? 0, promptTokens)
    const isCharged = this.#response.reportsCaching && reusedPromptTokens > 0
    return this.#events.prompt({
      ...{ promptTokens, reusedPromptTokens },
      ...(isCharged ? { cacheReadTokens: reusedPromptTokens } : {}),
    })
  }

  #stopReasonOf(reason: string): StopReason {
    const { origin, onWarning } = this.#response
    const known = readStopReason(reason)
    if (known === undefined) {
      onWarning(
        `a response ended for an unknown reason (${origin.redact(reason).slice(0, 40)}); treated as the end of generation`,
      )
      return 'end-of-generation'
    }
    if ('stopReason' in known) return known.stopReason
    throw new UpstreamFailure(known.failure, `${origin.address} aborted the response (${reason})`)
  }
}
