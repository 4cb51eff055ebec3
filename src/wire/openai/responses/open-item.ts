import type { CollectedPart } from '../../../completion/collected-completion.ts'
import { newOutputItemId, toolUseId } from '../../completion-id.ts'
import { asciiJson } from '../../server-sent-event.ts'
import { encryptedContent } from './encrypted-content.ts'
import { jsonOf } from './json-of.ts'
import { calledName, type NamespacedNames } from './namespaced-name.ts'
import { customInput, type ItemStatus, type OutputItem } from './output-items.ts'

/** Writes an event. @param written fields whose values are JSON already */
export type Emit = (type: string, fields: object, written?: Readonly<Record<string, string>>) => void

export interface OpenItemOptions {
  readonly outputIndex: number
  /** Whether it is the call of a custom tool. */
  readonly isCustom: boolean
  readonly namespacedNames: NamespacedNames
  readonly emit: Emit
}

/** An item that has ended. */
export interface EndedItem {
  readonly json: string
  readonly part: CollectedPart
  readonly item: OutputItem
}

/** The events of each kind of item, in the words of the API; null where there are none. */
const EVENTS = {
  text: { item: 'message', part: 'content_part', delta: 'output_text', whole: 'text' },
  thinking: {
    item: 'reasoning',
    part: 'reasoning_summary_part',
    delta: 'reasoning_summary_text',
    whole: 'text',
  },
  function: { item: 'function_call', part: null, delta: 'function_call_arguments', whole: 'arguments' },
  custom: { item: 'custom_tool_call', part: null, delta: 'custom_tool_call_input', whole: 'input' },
} as const

const ID_PREFIXES = { text: 'msg', thinking: 'rs', function: 'fc', custom: 'ctc' } as const

/** An item of a streamed response that is being generated. It writes its first events when it is made. */
export class OpenItem {
  readonly #part: CollectedPart
  readonly #kind: keyof typeof EVENTS
  readonly #emit: Emit
  readonly #outputIndex: number
  readonly #fields: OutputItem
  /** Its text or JSON so far, as it came and escaped for JSON. */
  #text = ''
  #escaped = ''
  #signature: string | null = null
  /** The JSON of the scores so far, without brackets. */
  #scores = ''

  constructor(part: CollectedPart, { outputIndex, isCustom, namespacedNames, emit }: OpenItemOptions) {
    this.#part = part
    this.#kind = part.type === 'tool-call' ? (isCustom ? 'custom' : 'function') : part.type
    this.#emit = emit
    this.#outputIndex = outputIndex
    this.#fields = {
      id: newOutputItemId(ID_PREFIXES[this.#kind]),
      type: EVENTS[this.#kind].item,
      ...(part.type === 'text' ? { role: 'assistant' } : {}),
      ...(part.type === 'tool-call'
        ? { call_id: toolUseId(part.id), ...calledName(part.name, namespacedNames) }
        : {}),
    }
    const item = jsonOf({ ...this.#fields, status: 'in_progress' }, this.#content(false))
    this.#emit('response.output_item.added', { output_index: outputIndex }, { item })
    const { part: partEvent } = EVENTS[this.#kind]
    if (partEvent !== null) this.#emit(`response.${partEvent}.added`, this.#place, { part: this.#partJson() })
  }

  get type(): CollectedPart['type'] {
    return this.#part.type
  }

  /** @param scores of the tokens of a text */
  add(text: string, scores: readonly object[] = []): void {
    this.#text += text
    // The JSON around a custom tool's text is not for its client.
    if (this.#kind === 'custom') return
    this.#delta(text, scores)
  }

  sign(signature: string): void {
    this.#signature = signature
  }

  end(status: ItemStatus): EndedItem {
    const { delta, part: partEvent, whole } = EVENTS[this.#kind]
    if (this.#kind === 'custom') this.#delta(customInput(this.#text))
    // Clients parse the arguments, which are therefore never empty.
    if (this.#kind === 'function' && this.#text === '') this.#delta('{}')
    const extra = this.#kind === 'function' ? { name: this.#fields.name } : {}
    this.#emit(
      `response.${delta}.done`,
      { ...this.#place, ...extra },
      {
        ...this.#scoresField(this.#scores),
        [whole]: `"${this.#escaped}"`,
      },
    )
    if (partEvent !== null) this.#emit(`response.${partEvent}.done`, this.#place, { part: this.#partJson() })
    const json = jsonOf({ ...this.#fields, status }, this.#content(true))
    this.#emit('response.output_item.done', { output_index: this.#outputIndex }, { item: json })
    return { json, part: this.#endedPart(), item: this.#fields }
  }

  #delta(text: string, scores: readonly object[] = []): void {
    const json = asciiJson(text)
    this.#escaped += json.slice(1, -1)
    const scored = asciiJson(scores).slice(1, -1)
    if (scored !== '') this.#scores += `${this.#scores === '' ? '' : ','}${scored}`
    this.#emit(`response.${EVENTS[this.#kind].delta}.delta`, this.#place, {
      ...this.#scoresField(scored),
      delta: json,
    })
  }

  #scoresField(scores: string): Record<string, string> {
    return this.#kind === 'text' ? { logprobs: `[${scores}]` } : {}
  }

  get #place(): object {
    const place = { item_id: this.#fields.id, output_index: this.#outputIndex }
    if (this.#kind === 'text') return { ...place, content_index: 0 }
    return this.#kind === 'thinking' ? { ...place, summary_index: 0 } : place
  }

  /** The part that holds the text so far. */
  #partJson(): string {
    const written = { text: `"${this.#escaped}"` }
    return this.#kind === 'text'
      ? jsonOf({ type: 'output_text', annotations: [] }, { logprobs: `[${this.#scores}]`, ...written })
      : jsonOf({ type: 'summary_text' }, written)
  }

  /** The fields for what the item holds; an item that begins holds nothing. */
  #content(isWhole: boolean): Record<string, string> {
    const parts = isWhole ? `[${this.#partJson()}]` : '[]'
    if (this.#kind === 'text') return { content: parts }
    if (this.#kind !== 'thinking') return { [EVENTS[this.#kind].whole]: `"${this.#escaped}"` }
    return { summary: parts, encrypted_content: asciiJson(encryptedContent(this.#signature)) }
  }

  #endedPart(): CollectedPart {
    const part = this.#part
    if (part.type === 'tool-call') return { ...part, json: this.#text }
    if (part.type === 'text') return { ...part, text: this.#text }
    return { ...part, text: this.#text, signature: this.#signature }
  }
}
