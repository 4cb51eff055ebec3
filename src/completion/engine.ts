import type { CompletionEvent } from './completion-event.ts'
import type { CompletionRequest } from './completion-request.ts'
import type { Prompt } from './prompt.ts'

/** What an engine can do beyond text; what it cannot is refused before a request reaches it. */
export interface EngineCapabilities {
  /** Whether the model can be given tools. */
  readonly tools: boolean
  /** Whether the model sees. */
  readonly images: boolean
  /** Whether a reply can be held to a JSON schema. */
  readonly outputSchema: boolean
  /** Whether a text can go to the model with no turns read in it. */
  readonly rawPrompts: boolean
}

/** Anything that turns a request into events: a model in this machine, or a server elsewhere. */
export interface Engine {
  /** Most tokens of prompt and completion together; infinite where an engine across HTTP does not tell. */
  readonly contextWindowTokens: number
  readonly capabilities: EngineCapabilities

  /**
   * Tokens of the prompt as `generate` would evaluate it.
   *
   * @throws CompletionError `invalid-request` when this engine cannot count; else as `generate`
   */
  countTokens(prompt: Prompt, signal: AbortSignal): Promise<number>

  /**
   * Generates until the model ends its turn, `maxTokens` are decoded, or the signal fires; it then stops within
   * 100 ms. It does not look for stop sequences: that is `StopSequenceFilter`'s work. A model that cannot think
   * answers without.
   *
   * @throws CompletionError `overloaded` before the first event when the waiting line is full; `prompt-too-long`
   *   before the first event when the prompt leaves no room for one token; `invalid-request` when an engine across
   *   HTTP refuses the request; `engine-failed` at any time; `cancelled` when the signal fired.
   */
  generate(request: CompletionRequest, signal: AbortSignal): AsyncIterable<readonly CompletionEvent[]>
}
