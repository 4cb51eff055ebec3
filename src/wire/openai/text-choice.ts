import type { CompletionEvent, StopReason } from '../../completion/completion-event.ts'
import type { ScoredToken } from '../../completion/scored-token.ts'
import { openAiStopReason } from './openai-stop-reason.ts'
import { type TextLogprobs, TextLogprobsWriter } from './text-logprobs.ts'
import { TokenAligner } from './token-aligner.ts'

/** What the choices of a text completion are written with. */
export interface TextChoiceOptions {
  /** The texts with which the choices begin, in their order: those of their prompts if they are repeated. */
  readonly echoes: readonly string[]
  /** How many of the likeliest tokens are named beside each token; null where no token is scored. */
  readonly topLogprobs: number | null
}

/** A choice, or more of one. */
export interface TextChoiceBody {
  readonly text: string
  readonly index: number
  readonly logprobs: TextLogprobs | null
  readonly finish_reason: string | null
}

/** One of the choices of a text completion, as its events come. */
export class TextChoice {
  readonly #index: number
  readonly #echo: string
  readonly #logprobs: TextLogprobsWriter | null
  readonly #aligner = new TokenAligner()
  #text: string
  #scored: ScoredToken[] = []
  #stopReason: StopReason | null = null

  constructor(index: number, { echoes, topLogprobs }: TextChoiceOptions) {
    this.#index = index
    this.#echo = echoes[index] ?? ''
    this.#text = this.#echo
    this.#logprobs = topLogprobs === null ? null : new TextLogprobsWriter(topLogprobs)
  }

  /** Takes an event. @returns whether there is more to show */
  add(event: CompletionEvent): boolean {
    switch (event.type) {
      case 'prompt-tokens':
        // The text of a prompt that came as a text is known.
        if (this.#echo === '') this.#text += textOf(event.tokens)
        this.#score(event.tokens)
        return true
      case 'completion-tokens':
        this.#aligner.add(event.tokens)
        return false
      case 'text-delta':
        if (event.text === '') return false
        this.#text += event.text
        this.#score(this.#aligner.take(event.text))
        return true
      case 'choice-end':
      case 'completion-end':
        this.#stopReason = event.stopReason
        this.#score(this.#aligner.takeRest(event.stopSequence !== null))
        return true
      default:
        return false
    }
  }

  /** What was not taken before. */
  take(): TextChoiceBody {
    const body = {
      text: this.#text,
      index: this.#index,
      logprobs: this.#logprobs?.write(this.#scored) ?? null,
      finish_reason: this.#stopReason === null ? null : openAiStopReason(this.#stopReason),
    }
    this.#text = ''
    this.#scored = []
    return body
  }

  #score(tokens: readonly ScoredToken[]): void {
    for (const token of tokens) this.#scored.push(token)
  }
}

/** The text of tokens; control tokens add none. */
function textOf(tokens: readonly ScoredToken[]): string {
  const shown = tokens.filter(({ isControl }) => !isControl)
  if (shown.every(({ bytes }) => bytes === null)) return shown.map(({ text }) => text).join('')
  return Buffer.concat(shown.map(({ text, bytes }) => Buffer.from(bytes ?? text))).toString('utf8')
}
