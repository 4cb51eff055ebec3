import type { CompletionEvent } from '../../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { ScoredToken } from '../../../../completion/scored-token.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import { asObject, countAt, listAt, objectAt, parseJson, textAt } from '../../../../util/json-value.ts'
import { exceedsJsonLimits } from '../../decoding/json-limits.ts'
import type { ResponseDecoder } from '../../decoding/response-decoder.ts'
import type { ServerSentEvent } from '../../decoding/server-sent-event-reader.ts'
import { readScoredTokens } from '../openai/openai-logprobs.ts'

/** Most members of the event with the prompt: five or so for each of its tokens. It takes some milliseconds to parse. */
const MAX_ECHO_MEMBERS = 65_536
const LISTS = ['tokens', 'token_logprobs', 'top_logprobs', 'text_offset']

/**
 * Decodes a response that repeats its prompt to score it. The prompt comes with the first event that has tokens, which says
 * how many of them are the prompt's (vLLM, SGLang); only what follows them is the completion.
 */
export class EchoDecoder implements ResponseDecoder {
  readonly #decoder: ResponseDecoder
  readonly #request: CompletionRequest
  #hasPrompt = false

  constructor(decoder: ResponseDecoder, request: CompletionRequest) {
    this.#decoder = decoder
    this.#request = request
  }

  get isEndedEarly(): boolean {
    return this.#decoder.isEndedEarly
  }

  read(event: ServerSentEvent): readonly CompletionEvent[] {
    const isReadable = !this.#hasPrompt && !exceedsJsonLimits(event.data, MAX_ECHO_MEMBERS)
    const split = isReadable ? this.#split(asObject(parseJson(event.data))) : null
    if (split === null) return this.#decoder.read(event)
    this.#hasPrompt = true
    const prompt: CompletionEvent = { type: 'prompt-tokens', tokens: split.tokens }
    return [prompt, ...this.#decoder.read({ ...event, data: JSON.stringify(split.rest) })]
  }

  end(): readonly CompletionEvent[] {
    return this.#decoder.end()
  }

  /** The tokens of the prompt, and the event without them; null for an event that has none. */
  #split(json: JsonObject | undefined): { tokens: ScoredToken[]; rest: JsonObject } | null {
    const choice = asObject(listAt(json, 'choices')?.[0])
    const scored = readScoredTokens(choice)
    if (json === undefined || choice === undefined || scored.length === 0) return null
    const count = countAt(objectAt(json, 'usage'), 'prompt_tokens') ?? scored.length
    const [first, ...others] = scored.slice(0, count)
    if (first === undefined) return null
    const generated = scored.slice(count).map(({ text }) => text)
    const logprobs = Object.entries(objectAt(choice, 'logprobs') ?? {}).map(([name, value]) => [
      name,
      LISTS.includes(name) && Array.isArray(value) ? value.slice(count) : value,
    ])
    const rest = {
      ...choice,
      text: this.#textOf(choice, generated.join('')),
      logprobs: Object.fromEntries(logprobs),
    }
    return { tokens: [this.#opening(first), ...others], rest: { ...json, choices: [rest] } }
  }

  /** What was generated of a text that begins with the prompt. */
  #textOf(choice: JsonObject, generated: string): string {
    const text = textAt(choice, 'text') ?? ''
    const prompt = this.#request.prompt.text
    if (prompt !== '' && text.startsWith(prompt)) return text.slice(prompt.length)
    return text.endsWith(generated) ? generated : ''
  }

  /** A token that the server itself puts before a prompt is no part of its text. */
  #opening(first: ScoredToken): ScoredToken {
    const isControl = /^<.*>$/s.test(first.text) && !this.#request.prompt.text.startsWith(first.text)
    return { ...first, isControl }
  }
}
