import type { Model } from './model.ts'

/**
 * Whom the request is for.
 *
 * @see the API's reference, Completions: `metadata`
 */
export interface Metadata {
  /** An opaque id of the person, at most 256 characters: no name, no e-mail address, no phone number. */
  user_id?: string | null
}

/**
 * What every completion request has. The server refuses what is out of range with a `BadRequestError`.
 *
 * @see the API's reference, Completions
 */
export interface CompletionCreateParamsBase {
  /**
   * Most tokens to generate, at least 1. The model may stop earlier; more than it can give is capped silently.
   */
  max_tokens_to_sample: number
  /** The model's id or an alias. */
  model: Model
  /**
   * The text to complete: turns opened by `"\n\nHuman:"` and `"\n\nAssistant:"`, the last of them the assistant's.
   *
   * @example
   * `${HUMAN_PROMPT} Why is the sky blue?${AI_PROMPT}`
   */
  prompt: string
  metadata?: Metadata
  /** Texts that end the completion, beside the built-in `"\n\nHuman:"`. None may be empty. */
  stop_sequences?: string[]
  /** Whether the response is a stream of events. Default: false. */
  stream?: boolean
  /** Randomness, 0 (always the likeliest token) to 1. Default: 1. */
  temperature?: number
  /** Samples from the k likeliest tokens only; 0 or more. */
  top_k?: number
  /** Nucleus sampling: samples from the likeliest tokens with this share of the probability only, 0 to 1. */
  top_p?: number
  /** Beta features to switch on; sent as the header `anthropic-beta`, not in the body. */
  betas?: string[]
}

/** A request without streaming. */
export interface CompletionCreateParamsNonStreaming extends CompletionCreateParamsBase {
  stream?: false
}

/** A request with streaming. */
export interface CompletionCreateParamsStreaming extends CompletionCreateParamsBase {
  stream: true
}

/** A request of either kind. */
export type CompletionCreateParams = CompletionCreateParamsNonStreaming | CompletionCreateParamsStreaming
