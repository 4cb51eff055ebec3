import { isDeepStrictEqual } from 'node:util'
import type { Citation } from '../../completion/citation.ts'
import { type CompletionEvent, isDelta, type PromptUsage } from '../../completion/completion-event.ts'
import { REDACTED_THINKING_PREFIX } from '../../completion/turn.ts'
import { type InputUsage, uncachedInput } from '../../conversation/input-usage.ts'
import { toolUseId } from '../completion-id.ts'
import { errorBody } from '../error-body.ts'
import type { StreamWriter } from '../response-format.ts'
import { asciiJson, serverSentEvent } from '../server-sent-event.ts'
import { citationBody } from './citation-body.ts'
import { contextManagement } from './context-management.ts'
import { redactedBlock, toolset } from './message-body.ts'
import type { MessageOptions } from './message-options.ts'
import { messageStopReason } from './message-stop-reason.ts'
import { finalUsage, messageUsage } from './message-usage.ts'
import { NEWEST_START_FIELDS, newestUsageFields, outputTokensDetails, stopDetails } from './newest-fields.ts'

type End = Extract<CompletionEvent, { type: 'completion-end' }>
type BlockType = 'text' | 'thinking' | 'redacted_thinking' | 'tool_use'

/**
 * Streams a message: its start, block after block, its end.
 *
 * The start reports the prompt tokens. Where the engine reports them later, the start waits for them, but no longer than
 * for the first part of the reply; the end then has the right number.
 *
 * @see the API's reference, "Streaming Messages"
 */
export class MessageStreamWriter implements StreamWriter {
  readonly #options: MessageOptions
  #inputUsage: InputUsage | null = null
  /** As reported last. */
  #promptUsage: PromptUsage | null = null
  #isStarted = false
  #outputTokens = 0
  #thinkingTokens = 0
  /** Of the last block. */
  #index = -1
  #openBlock: BlockType | null = null
  #thinking = ''
  #signature: string | null = null

  constructor(options: MessageOptions) {
    this.#options = options
  }

  open({ promptTokens }: { readonly promptTokens: number | null }): string {
    if (promptTokens === null) return ''
    this.#inputUsage = this.#options.inputUsageOf(promptTokens)
    return this.#start()
  }

  write(events: readonly CompletionEvent[]): string {
    // An upstream may report the prompt tokens after its first text, and correct them at the end.
    for (const event of events) {
      if (event.type === 'prompt-usage') this.#readPromptUsage(event)
    }
    return events.map((event) => this.#writeOne(event)).join('')
  }

  #readPromptUsage(usage: PromptUsage): void {
    const isRepeated = isDeepStrictEqual(usage, this.#promptUsage)
    this.#promptUsage = usage
    if (!isRepeated) this.#inputUsage = this.#options.inputUsageOf(usage.promptTokens)
  }

  ping(): string {
    return this.#start() + PING
  }

  error(...[error, requestId]: Parameters<StreamWriter['error']>): string {
    return event('error', errorBody(error, requestId))
  }

  #writeOne(event: CompletionEvent): string {
    if (isDelta(event)) this.#outputTokens += event.completionTokens
    if (event.type === 'thinking-delta') this.#thinkingTokens += event.completionTokens
    switch (event.type) {
      case 'prompt-usage':
        return this.#start()
      case 'text-delta':
        return event.text === '' ? '' : this.#text(event.text)
      case 'thinking-delta':
        return event.text === '' ? '' : this.#think(event.text)
      case 'thinking-signature':
        return this.#sign(event.signature)
      case 'citation':
        return this.#openBlock === 'text' ? this.#cite(event.citation) : ''
      case 'text-block-end':
        return this.#openBlock === 'text' ? this.#end() : ''
      case 'tool-call-start': {
        const { name } = event
        const block = {
          type: 'tool_use',
          id: toolUseId(event.id),
          name,
          input: {},
          ...toolset(name, this.#options),
        }
        return this.#begin('tool_use', block) + this.#inputDelta('')
      }
      case 'tool-input-delta':
        return this.#inputDelta(event.json)
      case 'completion-end':
        return this.#start() + this.#end() + this.#closing(event)
      default:
        return ''
    }
  }

  #start(): string {
    if (this.#isStarted) return ''
    this.#isStarted = true
    const { newest = null, container } = this.#options
    const usage = messageUsage(this.#inputUsage ?? uncachedInput(0), 1, this.#options.serviceTier)
    const message = {
      id: this.#options.id,
      type: 'message',
      role: 'assistant',
      content: [],
      model: this.#options.modelId,
      stop_reason: null,
      stop_sequence: null,
      usage: newest === null ? usage : { ...usage, ...newestUsageFields(newest, 0) },
      ...(newest === null ? {} : NEWEST_START_FIELDS),
      ...(container ? { container } : {}),
    }
    return event('message_start', { type: 'message_start', message })
  }

  #text(text: string): string {
    const blockStart = this.#openBlock === 'text' ? '' : this.#begin('text', { type: 'text', text: '' })
    return blockStart + this.#delta({ type: 'text_delta', text })
  }

  #cite(citation: Citation): string {
    const { documentFileIds = [] } = this.#options
    return this.#delta({ type: 'citations_delta', citation: citationBody(citation, documentFileIds) })
  }

  #think(text: string): string {
    const blockStart = this.#openThinking()
    if (this.#options.omitsThinking === true) return blockStart
    this.#thinking += text
    return blockStart + this.#delta({ type: 'thinking_delta', thinking: text })
  }

  /** A signature ends thinking; alone, it is redacted thinking. */
  #sign(signature: string): string {
    if (this.#openBlock !== 'thinking' && signature.startsWith(REDACTED_THINKING_PREFIX)) {
      return this.#begin('redacted_thinking', redactedBlock(signature)) + this.#end()
    }
    const blockStart = this.#openThinking()
    this.#signature = signature
    return blockStart + this.#end()
  }

  #openThinking(): string {
    if (this.#openBlock === 'thinking') return ''
    return this.#begin('thinking', { type: 'thinking', thinking: '', signature: '' })
  }

  #inputDelta(json: string): string {
    return this.#delta({ type: 'input_json_delta', partial_json: json })
  }

  #begin(type: BlockType, block: object): string {
    const before = this.#start() + this.#end()
    this.#index += 1
    this.#openBlock = type
    const start = { type: 'content_block_start', index: this.#index, content_block: block }
    return before + event('content_block_start', start) + (this.#index === 0 ? PING : '')
  }

  #delta(delta: object): string {
    return event('content_block_delta', { type: 'content_block_delta', index: this.#index, delta })
  }

  /** Ends the open block, if any; thinking with its signature. */
  #end(): string {
    const type = this.#openBlock
    if (type === null) return ''
    this.#openBlock = null
    const signature = type === 'thinking' ? this.#delta(this.#signatureDelta()) : ''
    return signature + event('content_block_stop', { type: 'content_block_stop', index: this.#index })
  }

  #signatureDelta(): object {
    const signature = this.#signature ?? this.#options.sign(this.#thinking)
    this.#thinking = ''
    this.#signature = null
    return { type: 'signature_delta', signature }
  }

  #closing({ stopReason, stopSequence }: End): string {
    const { knowsFullWindow, newest = null, container } = this.#options
    const stop_reason = messageStopReason(stopReason, knowsFullWindow)
    const usage = finalUsage(this.#inputUsage ?? uncachedInput(0), this.#outputTokens)
    const newestDelta = newest === null ? {} : { stop_details: stopDetails(stop_reason), container: null }
    const messageDelta = {
      type: 'message_delta',
      delta: {
        stop_reason,
        stop_sequence: stopSequence,
        ...newestDelta,
        ...(container ? { container } : {}),
      },
      usage: newest === null ? usage : { ...usage, ...outputTokensDetails(this.#thinkingTokens) },
      ...contextManagement(this.#options.appliedEdits),
    }
    return event('message_delta', messageDelta) + event('message_stop', { type: 'message_stop' })
  }
}

const PING = serverSentEvent('ping', '{"type": "ping"}', '\n')

function event(name: string, data: object): string {
  return serverSentEvent(name, asciiJson(data), '\n')
}
