import type { CompletionEvent } from '../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../completion/completion-request.ts'
import type { Prompt } from '../../../completion/prompt.ts'
import type { ServerSentEvent } from '../decoding/server-sent-event-reader.ts'
import type { ResponseOrigin } from '../transport/response-origin.ts'

/** One request to an upstream, which is always a POST of JSON. */
export interface UpstreamRequest {
  /** Begins with a slash; it is put behind the base URL. */
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  /** Beside those of the dialect. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What an upstream counted. */
export interface PromptCount {
  readonly promptTokens: number
  /** Null when it did not say. */
  readonly contextWindowTokens: number | null
}

/** Reads the events of one answer; it remembers what came before. */
export interface ResponseDecoder {
  /**
   * The events that one server-sent event comes to: none, or several. The last of an answer is `completion-end`.
   *
   * @throws UpstreamFailure when it cannot be read or tells of an error
   */
  read(event: ServerSentEvent): readonly CompletionEvent[]
  /**
   * The end as far as it was said, for an answer that ends without its closing event; none: it ended too early.
   *
   * @throws UpstreamFailure when what was said cannot be read
   */
  end(): readonly CompletionEvent[]
  /** Whether the end was ours: then the upstream has more to say, which nobody wants. */
  readonly isEndedEarly: boolean
}

/** A foreign API in both directions. Strict in what it sends, lenient in what it reads. */
export interface UpstreamDialect {
  /** What of a prompt goes over: its text, or its turns. */
  readonly promptShape: 'text' | 'turns'
  /** Whether an answer repeats the prefill before it goes on. */
  readonly echoesPrefill: boolean
  /** Whether a prompt that is too long is refused with a text that says so. */
  readonly refusesLongPrompts: boolean
  /** Whether a refusal to count may only mean that a release cannot. */
  readonly countMayBeRefused: boolean
  headers(apiKey: string | null): Readonly<Record<string, string>>
  completionRequest(request: CompletionRequest): UpstreamRequest
  responseDecoder(request: CompletionRequest, origin: ResponseOrigin): ResponseDecoder
  /** Null when this upstream cannot count the tokens of a prompt. */
  countRequest(prompt: Prompt): UpstreamRequest | null
  /**
   * How many tokens of thoughts are enough, so that the rest is asked for without any; null where the upstream sees to
   * that itself, or cannot be asked to leave them out.
   */
  sufficientThinkingTokens(request: CompletionRequest): number | null
  /** Null when it is no count. */
  readCount(response: unknown): PromptCount | null
}

/** Something that the people who run the server should know; said once, and never with a word of a prompt. */
export type OnWarning = (warning: string) => void
