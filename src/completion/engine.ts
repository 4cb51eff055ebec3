import type { CompletionEvent } from './completion-event.ts'
import type { CompletionRequest } from './completion-request.ts'
import type { Prompt } from './prompt.ts'

/** What an engine supports beyond text; requests for anything else are refused before they reach it. */
export interface EngineCapabilities {
  readonly tools: boolean
  /** Whether it is a vision model. */
  readonly images: boolean
  /** Whether a reply can be constrained by a JSON schema. */
  readonly outputSchema: boolean
  /** Whether the model takes text in which no turns are read. */
  readonly rawPrompts: boolean
  /** Whether it reads documents itself, PDFs too, and cites them; false where left out. */
  readonly documents?: boolean
  /** Which tokens it can score; none where left out. */
  readonly logprobs?: 'none' | 'completion' | 'prompt'
}

/** Turns a request into events: a model on this machine, or an upstream server. */
export interface Engine {
  /** Most tokens of prompt and completion together; infinite where an upstream does not report it. */
  readonly contextWindowTokens: number
  readonly capabilities: EngineCapabilities
  /** Whether it caches prompts as they ask and charges for them: what it reports is then what is charged. */
  readonly reportsCaching?: boolean

  /**
   * Counts the tokens of the prompt as `generate` would evaluate it.
   *
   * @throws CompletionError `invalid-request` when this engine cannot count tokens; otherwise as `generate`
   */
  countTokens(prompt: Prompt, signal: AbortSignal): Promise<number>

  /**
   * Generates until the model ends its turn, `maxTokens` are decoded, or the signal is aborted, which stops generation
   * within 100 ms. Stop sequences are left to `StopSequenceFilter`. A model that cannot think replies without thinking.
   *
   * @throws CompletionError `overloaded` before the first event when the queue is full; `prompt-too-long` before the
   *   first event when no token fits after the prompt; `invalid-request` when an upstream refuses the request;
   *   `engine-failed` at any time; `cancelled` when the signal was aborted
   */
  generate(request: CompletionRequest, signal: AbortSignal): AsyncIterable<readonly CompletionEvent[]>
}
