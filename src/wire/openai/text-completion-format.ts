import type { CompletionEvent } from '../../completion/completion-event.ts'
import { TokenCounts } from '../../completion/token-counts.ts'
import { newTextCompletionId } from '../completion-id.ts'
import type { ResponseFormat, StreamWriter } from '../response-format.ts'
import { openAiDone, openAiErrorEvent, openAiEvent, openAiPing } from './openai-events.ts'
import { openAiUsage } from './openai-usage.ts'
import { TextChoice, type TextChoiceOptions } from './text-choice.ts'

/** What a response is written with, streamed or not. */
export interface TextCompletionOptions extends TextChoiceOptions {
  /** The resolved model id. */
  readonly modelId: string
  /** Whether a stream ends with its usage. */
  readonly includeUsage: boolean
  /** The time, in milliseconds since 1970. */
  readonly nowMs: number
}

export function textCompletionFormat(options: TextCompletionOptions): ResponseFormat {
  const envelope = {
    id: newTextCompletionId(),
    object: 'text_completion',
    created: Math.floor(options.nowMs / 1000),
    model: options.modelId,
  }
  return {
    body(events) {
      const counts = new TokenCounts()
      const choices = new TextChoices(options)
      for (const event of events) {
        counts.observe(event)
        choices.at(event).add(event)
      }
      return { ...envelope, choices: choices.all.map((choice) => choice.take()), usage: openAiUsage(counts) }
    },
    streamWriter: () => new TextCompletionStream(envelope, options),
  }
}

/** The choices of a response. Events belong to the first until another one starts. */
class TextChoices {
  readonly all: readonly TextChoice[]
  #index = 0

  constructor(options: TextCompletionOptions) {
    this.all = options.echoes.map((_, index) => new TextChoice(index, options))
  }

  at(event: CompletionEvent): TextChoice {
    if (event.type === 'choice-start') this.#index = event.index
    const choice = this.all[this.#index]
    if (choice === undefined) throw new Error(`there is no choice ${this.#index}`)
    return choice
  }
}

class TextCompletionStream implements StreamWriter {
  readonly #envelope: object
  readonly #includeUsage: boolean
  readonly #echoes: readonly string[]
  readonly #choices: TextChoices
  readonly #counts = new TokenCounts()

  constructor(envelope: object, options: TextCompletionOptions) {
    this.#envelope = envelope
    this.#includeUsage = options.includeUsage
    this.#echoes = options.echoes
    this.#choices = new TextChoices(options)
  }

  open(start: CompletionEvent): string {
    this.#counts.observe(start)
    // Each of several choices begins with its echo when its own events come.
    const [echo, ...others] = this.#echoes
    return others.length > 0 || !echo ? '' : this.#chunkOf(this.#choices.at(start))
  }

  write(events: readonly CompletionEvent[]): string {
    return events.map((event) => this.#writeOne(event)).join('')
  }

  readonly ping = openAiPing
  readonly error = openAiErrorEvent

  #writeOne(event: CompletionEvent): string {
    this.#counts.observe(event)
    const choice = this.#choices.at(event)
    const chunk = choice.add(event) ? this.#chunkOf(choice) : ''
    const isSeveral = this.#echoes.length > 1
    // The end of the last of several choices came before.
    if (event.type !== 'completion-end') return chunk
    return (isSeveral ? '' : chunk) + this.#usage() + openAiDone()
  }

  #chunkOf(choice: TextChoice): string {
    const usage = this.#includeUsage ? { usage: null } : {}
    return openAiEvent({ ...this.#envelope, choices: [choice.take()], ...usage })
  }

  #usage(): string {
    if (!this.#includeUsage) return ''
    return openAiEvent({ ...this.#envelope, choices: [], usage: openAiUsage(this.#counts) })
  }
}
