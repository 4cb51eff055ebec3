import type { CompletionEnd, CompletionEvent } from '../../completion/completion-event.ts'
import type { ScoredToken } from '../../completion/scored-token.ts'
import { TokenCounts } from '../../completion/token-counts.ts'
import { newToolUseId } from '../completion-id.ts'
import type { StreamWriter } from '../response-format.ts'
import { chatLogprobs } from './chat-logprobs.ts'
import { openAiDone, openAiErrorEvent, openAiEvent, openAiPing } from './openai-events.ts'
import { openAiStopReason } from './openai-stop-reason.ts'
import { openAiUsage } from './openai-usage.ts'
import { TokenAligner } from './token-aligner.ts'

/** The fields that all events of a stream share. */
export interface ChatStreamIdentity {
  readonly id: string
  readonly created: number
  readonly model: string
}

export interface ChatStreamOptions {
  readonly usesFunctions: boolean
  readonly isScored: boolean
  readonly includeUsage: boolean
}

/** The writer of a streamed chat completion: chunks without names, `[DONE]` after the last. */
export function chatCompletionStream(identity: ChatStreamIdentity, options: ChatStreamOptions): StreamWriter {
  return new ChatCompletionStream(identity, options)
}

class ChatCompletionStream implements StreamWriter {
  readonly #identity: ChatStreamIdentity
  readonly #options: ChatStreamOptions
  readonly #counts = new TokenCounts()
  readonly #aligner = new TokenAligner()
  #calls = 0
  /** Whether the last tool call has no input yet. */
  #awaitsInput = false

  constructor(identity: ChatStreamIdentity, options: ChatStreamOptions) {
    this.#identity = identity
    this.#options = options
  }

  open(start: CompletionEvent): string {
    this.#counts.observe(start)
    return this.#chunk({ role: 'assistant', content: '' })
  }

  write(events: readonly CompletionEvent[]): string {
    return events.map((event) => this.#writeOne(event)).join('')
  }

  readonly ping = openAiPing
  readonly error = openAiErrorEvent

  #writeOne(event: CompletionEvent): string {
    this.#counts.observe(event)
    switch (event.type) {
      case 'text-delta':
        return event.text === '' ? '' : this.#closeCall() + this.#text(event.text)
      case 'completion-tokens':
        this.#aligner.add(event.tokens)
        return ''
      case 'thinking-delta':
        return event.text === '' ? '' : this.#chunk({ reasoning_content: event.text })
      case 'tool-call-start':
        return this.#closeCall() + this.#beginCall(event.id ?? newToolUseId(), event.name)
      case 'tool-input-delta':
        return event.json === '' ? '' : this.#input(event.json)
      case 'completion-end':
        return this.#closeCall() + this.#ending(event)
      default:
        return ''
    }
  }

  #text(text: string): string {
    return this.#chunk({ content: text }, null, this.#aligner.take(text))
  }

  #beginCall(id: string, name: string): string {
    this.#calls += 1
    this.#awaitsInput = true
    const called = { name, arguments: '' }
    if (this.#options.usesFunctions) return this.#chunk({ function_call: called })
    return this.#chunk({ tool_calls: [{ index: this.#calls - 1, id, type: 'function', function: called }] })
  }

  #input(json: string): string {
    this.#awaitsInput = false
    const called = { arguments: json }
    if (this.#options.usesFunctions) return this.#chunk({ function_call: called })
    return this.#chunk({ tool_calls: [{ index: this.#calls - 1, function: called }] })
  }

  /** Clients parse the arguments, which are therefore never empty. */
  #closeCall(): string {
    return this.#awaitsInput ? this.#input('{}') : ''
  }

  #ending(end: CompletionEnd): string {
    const isFunctionCall = end.stopReason === 'tool-call' && this.#options.usesFunctions
    const reason = isFunctionCall ? 'function_call' : openAiStopReason(end.stopReason)
    const tokens = this.#aligner.takeRest(end.stopSequence !== null)
    return this.#chunk({}, reason, tokens) + this.#usage() + openAiDone()
  }

  #usage(): string {
    if (!this.#options.includeUsage) return ''
    return this.#event({ choices: [], usage: openAiUsage(this.#counts) })
  }

  #chunk(delta: object, stopReason: string | null = null, tokens: readonly ScoredToken[] = []): string {
    const logprobs = chatLogprobs(tokens, this.#options.isScored && tokens.length > 0)
    const usage = this.#options.includeUsage ? { usage: null } : {}
    return this.#event({
      choices: [{ index: 0, delta, logprobs, finish_reason: stopReason }],
      ...usage,
    })
  }

  #event(fields: object): string {
    const { id, created, model } = this.#identity
    return openAiEvent({ id, object: 'chat.completion.chunk', created, model, ...fields })
  }
}
