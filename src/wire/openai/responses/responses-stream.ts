import type { CollectedPart } from '../../../completion/collected-completion.ts'
import type { CompletionEnd, CompletionEvent } from '../../../completion/completion-event.ts'
import { TokenCounts } from '../../../completion/token-counts.ts'
import type { DescribedError } from '../../error-body.ts'
import type { StreamWriter } from '../../response-format.ts'
import { serverSentEvent } from '../../server-sent-event.ts'
import { textScores } from '../chat-logprobs.ts'
import { openAiPing } from '../openai-events.ts'
import { TokenAligner } from '../token-aligner.ts'
import { jsonOf } from './json-of.ts'
import type { NamespacedNames } from './namespaced-name.ts'
import { type Emit, OpenItem } from './open-item.ts'
import type { OutputItem } from './output-items.ts'
import { endedState, IN_PROGRESS, isCut, type ResponseIdentity } from './response-object.ts'

/** What a stream is written with. */
export interface ResponsesStreamOptions {
  readonly customTools: ReadonlySet<string>
  readonly namespacedNames: NamespacedNames
  /** Called with every part once it is complete. */
  readonly keep: (part: CollectedPart, item: OutputItem) => void
}

/** Streams a response: its start, item after item, and the whole response as its end. */
export class ResponsesStream implements StreamWriter {
  readonly #options: ResponsesStreamOptions
  /** The JSON of {@link ResponseIdentity} without its closing bracket. */
  readonly #identity: ResponseIdentity
  readonly #counts = new TokenCounts()
  readonly #aligner = new TokenAligner()
  #reasoningTokens = 0
  /** The JSON of the items that are complete. */
  readonly #items: string[] = []
  #open: OpenItem | null = null
  #sequenceNumber = 0
  #written = ''

  constructor(identity: ResponseIdentity, options: ResponsesStreamOptions) {
    this.#identity = identity
    this.#options = options
  }

  open(start: CompletionEvent): string {
    this.#counts.observe(start)
    const response = { ...this.#identity, ...IN_PROGRESS }
    this.#emit('response.created', { response })
    this.#emit('response.in_progress', { response })
    return this.#take()
  }

  write(events: readonly CompletionEvent[]): string {
    for (const event of events) this.#write(event)
    return this.#take()
  }

  readonly ping = openAiPing

  /** Clients know a failure from one of these events or from the other. */
  error({ type, message }: DescribedError): string {
    this.#emit('error', { code: type, message, param: null })
    const state = { ...IN_PROGRESS, status: 'failed', error: { code: 'server_error', message } }
    this.#emit('response.failed', { response: { ...this.#identity, ...state } })
    return this.#take()
  }

  #write(event: CompletionEvent): void {
    this.#counts.observe(event)
    switch (event.type) {
      case 'text-delta':
        if (event.text !== '')
          this.#itemOf('text').add(event.text, textScores(this.#aligner.take(event.text)))
        break
      case 'completion-tokens':
        this.#aligner.add(event.tokens)
        break
      case 'thinking-delta':
        this.#reasoningTokens += event.completionTokens
        if (event.text !== '') this.#itemOf('thinking').add(event.text)
        break
      case 'thinking-signature':
        this.#itemOf('thinking').sign(event.signature)
        this.#endItem(false)
        break
      case 'tool-call-start':
        this.#beginItem({ type: 'tool-call', id: event.id, name: event.name, json: '' })
        break
      case 'tool-input-delta':
        if (event.json !== '' && this.#open?.type === 'tool-call') this.#open.add(event.json)
        break
      case 'completion-end':
        this.#end(event)
        break
    }
  }

  /** The open item if it has the type, otherwise a new one. */
  #itemOf(type: 'text' | 'thinking'): OpenItem {
    if (this.#open?.type === type) return this.#open
    return this.#beginItem(type === 'text' ? { type, text: '' } : { type, text: '', signature: null })
  }

  #beginItem(part: CollectedPart): OpenItem {
    this.#endItem(false)
    const isCustom = part.type === 'tool-call' && this.#options.customTools.has(part.name)
    this.#open = new OpenItem(part, {
      outputIndex: this.#items.length,
      isCustom,
      namespacedNames: this.#options.namespacedNames,
      emit: this.#emit,
    })
    return this.#open
  }

  #endItem(isIncomplete: boolean): void {
    if (this.#open === null) return
    const { json, part, item } = this.#open.end(isIncomplete ? 'incomplete' : 'completed')
    this.#items.push(json)
    this.#options.keep(part, item)
    this.#open = null
  }

  #end({ stopReason }: CompletionEnd): void {
    const isIncomplete = isCut(stopReason)
    this.#endItem(isIncomplete)
    const { promptTokens, completionTokens, cacheReadTokens } = this.#counts
    const state = endedState(stopReason, {
      promptTokens,
      completionTokens,
      cacheReadTokens,
      reasoningTokens: this.#reasoningTokens,
    })
    const response = jsonOf({ ...this.#identity, ...state }, { output: `[${this.#items.join(',')}]` })
    this.#emit(isIncomplete ? 'response.incomplete' : 'response.completed', {}, { response })
  }

  readonly #emit: Emit = (type, fields, written = {}) => {
    const sequence_number = this.#sequenceNumber++
    this.#written += serverSentEvent(type, jsonOf({ type, sequence_number, ...fields }, written), '\n')
  }

  #take(): string {
    const written = this.#written
    this.#written = ''
    return written
  }
}
