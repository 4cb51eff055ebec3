import type { CompletionEvent, StopReason } from '../../completion/completion-event.ts'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import { AnswerEvents, type AnswerPiece } from './answer-events.ts'
import { countAt, listAt, objectAt, textAt } from './json-value.ts'
import { readEventObject } from './read-event-object.ts'
import type { ServerSentEvent } from './server-sent-event-reader.ts'
import type { AnswerReader, OnRemark } from './upstream-dialect.ts'
import { UpstreamFailure } from './upstream-failure.ts'

/** The last event of every stream of this style. */
const CLOSING_DATA = '[DONE]'

/** `finish_reason` in our words; null for an answer that its server gave up. */
const STOP_REASONS: Readonly<Record<string, StopReason | null>> = {
  stop: 'end-of-generation',
  length: 'max-tokens',
  tool_calls: 'tool-call',
  function_call: 'tool-call',
  content_filter: 'refusal',
  abort: null,
  error: null,
}

/** What both OpenAI dialects tell their reader. */
export interface OpenAiAnswer {
  readonly request: CompletionRequest
  /** Where the answer comes from, for the log. */
  readonly address: string
  /** What a choice of the foreign JSON adds. */
  readonly piecesOf: (choice: unknown) => readonly AnswerPiece[]
  /** Whether its counts can be trusted so far that fewer tokens than were asked for mean a full context window. */
  readonly countsExactly: boolean
  readonly onRemark: OnRemark
}

/** Reads the streams of both OpenAI dialects, which differ only in what stands in a choice. */
export class OpenAiAnswerReader implements AnswerReader {
  readonly #answer: OpenAiAnswer
  readonly #events: AnswerEvents
  #stopReason: StopReason | null = null
  #isCountTold = false

  constructor(answer: OpenAiAnswer) {
    this.#answer = answer
    this.#events = new AnswerEvents(answer.request, answer.address, answer.onRemark)
  }

  get isLeftEarly(): boolean {
    return this.#events.isOver
  }

  read({ data }: ServerSentEvent): readonly CompletionEvent[] {
    if (data.trim() === CLOSING_DATA) return this.end()
    const json = readEventObject(this.#answer.address, data)
    const choice = listAt(json, 'choices')?.[0]
    const usage = objectAt(json, 'usage')
    const completionTokens = countAt(usage, 'completion_tokens') ?? null
    const reason = textAt(choice, 'finish_reason')
    if (reason !== undefined && reason !== '') this.#stopReason = this.#stopReasonOf(reason)
    this.#isCountTold ||= completionTokens !== null
    return [...this.#promptUsage(usage), ...this.#events.add(this.#answer.piecesOf(choice), completionTokens)]
  }

  /** The counts come behind the last text, so the end is kept back until all is said. */
  end(): readonly CompletionEvent[] {
    if (this.#stopReason === null) return []
    return this.#events.close(this.#isWindowFull() ? 'context-window' : this.#stopReason)
  }

  /** Both limits have one name here; but a completion that has fewer tokens than it might met the other one. */
  #isWindowFull(): boolean {
    const { countsExactly, request } = this.#answer
    return (
      this.#stopReason === 'max-tokens' &&
      countsExactly &&
      this.#isCountTold &&
      this.#events.completionTokens < request.maxTokens
    )
  }

  #promptUsage(usage: object | undefined): CompletionEvent[] {
    const promptTokens = countAt(usage, 'prompt_tokens')
    if (promptTokens === undefined) return []
    const cached = countAt(objectAt(usage, 'prompt_tokens_details'), 'cached_tokens')
    return this.#events.prompt(promptTokens, cached ?? 0)
  }

  #stopReasonOf(reason: string): StopReason {
    const stopReason = STOP_REASONS[reason]
    if (stopReason === null) {
      throw new UpstreamFailure('server-error', `${this.#answer.address} gave the answer up (${reason})`)
    }
    if (stopReason === undefined) {
      this.#answer.onRemark(
        `an answer ended for an unknown reason (${reason.slice(0, 40)}); it counts as ended`,
      )
    }
    return stopReason ?? 'end-of-generation'
  }
}
