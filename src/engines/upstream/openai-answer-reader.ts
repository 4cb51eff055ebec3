import type { CompletionEnd, CompletionEvent } from '../../completion/completion-event.ts'
import { asObject, countAt, listAt, objectAt, parseJson, textAt } from './json-value.ts'
import type { ServerSentEvent } from './read-server-sent-events.ts'
import { readErrorEvent } from './read-upstream-error.ts'
import { TokenTally } from './token-tally.ts'
import type { AnswerReader, OnRemark } from './upstream-dialect.ts'
import { UpstreamFailure } from './upstream-failure.ts'

/** The last event of every stream of this style. */
const CLOSING_DATA = '[DONE]'

const END_OF_GENERATION: CompletionEnd = {
  type: 'completion-end',
  stopReason: 'end-of-generation',
  stopSequence: null,
}
const MAX_TOKENS: CompletionEnd = { ...END_OF_GENERATION, stopReason: 'max-tokens' }

/** `finish_reason` in our words; null for an answer that its server gave up. */
const ENDS: Readonly<Record<string, CompletionEnd | null>> = {
  stop: END_OF_GENERATION,
  length: MAX_TOKENS,
  // Neither has a place in this API: the text so far is all there is.
  content_filter: END_OF_GENERATION,
  tool_calls: END_OF_GENERATION,
  abort: null,
  error: null,
}

/** Reads the streams of both OpenAI dialects, which differ only in where the text stands. */
export class OpenAiAnswerReader implements AnswerReader {
  readonly #textOf: (choice: unknown) => string | undefined
  readonly #address: string
  readonly #onRemark: OnRemark
  readonly #tally = new TokenTally()
  #end: CompletionEnd | null = null

  /** @param textOf the text of a choice of the foreign JSON */
  constructor(textOf: (choice: unknown) => string | undefined, address: string, onRemark: OnRemark) {
    this.#textOf = textOf
    this.#address = address
    this.#onRemark = onRemark
  }

  read({ data }: ServerSentEvent): readonly CompletionEvent[] {
    if (data.trim() === CLOSING_DATA) return this.#closing()
    const json = asObject(parseJson(data))
    if (json === undefined) {
      throw new UpstreamFailure(
        'malformed-event',
        `${this.#address} sent an event of ${data.length} characters that is no JSON object`,
      )
    }
    const failure = readErrorEvent(this.#address, json)
    if (failure !== null) throw failure
    const choice = listAt(json, 'choices')?.[0]
    const usage = objectAt(json, 'usage')
    const text = this.#textOf(choice) ?? ''
    const reason = textAt(choice, 'finish_reason')
    if (reason !== undefined && reason !== '') this.#end = this.#endOf(reason)
    return [
      ...this.#promptUsage(usage),
      ...this.#tally.text(text, countAt(usage, 'completion_tokens') ?? null),
    ]
  }

  /** The counts come behind the last text, so the end is kept back until all is said. */
  end(): CompletionEnd | null {
    return this.#end
  }

  #closing(): CompletionEvent[] {
    return this.#end === null ? [] : [this.#end]
  }

  #promptUsage(usage: object | undefined): CompletionEvent[] {
    const promptTokens = countAt(usage, 'prompt_tokens')
    if (promptTokens === undefined) return []
    const cached = countAt(objectAt(usage, 'prompt_tokens_details'), 'cached_tokens')
    return this.#tally.prompt(promptTokens, cached ?? 0)
  }

  #endOf(reason: string): CompletionEnd {
    const end = ENDS[reason]
    if (end === null) {
      throw new UpstreamFailure('server-error', `${this.#address} gave the answer up (${reason})`)
    }
    if (end === undefined) {
      this.#onRemark(`an answer ended for an unknown reason (${reason.slice(0, 40)}); it counts as ended`)
    }
    return end ?? END_OF_GENERATION
  }
}
