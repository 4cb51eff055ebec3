import type { JsonObject } from '../util/json-object.ts'
import type { Tool } from './tool.ts'
import type { TextPart, Turn } from './turn.ts'

/**
 * What a completion continues.
 *
 * - `text`: a text of Human and Assistant turns. The completion is its rest: after a bare `Assistant:` it starts with a
 *   space
 * - `conversation`: turns. The completion is the next one, and starts without a space
 * - `raw`: a text in which no turns are read; texts of control tokens in it stand for those tokens
 */
export type PromptKind = 'text' | 'conversation' | 'raw'

/** A prompt that passed the turn rules, as text and as turns. */
export interface Prompt {
  readonly kind: PromptKind
  /** The text for models without a chat template; it may differ from the request's in white space at both ends. */
  readonly text: string
  /** The tokens of a raw prompt that came as tokens, in place of its text. */
  readonly tokens?: readonly number[]
  /** Empty if there is none. */
  readonly systemText: string
  /** The system text block by block, where it has cache breakpoints. */
  readonly systemParts?: readonly TextPart[]
  /** The turns before the reply; the first is the user's, if there are any. */
  readonly turns: readonly Turn[]
  /** The start of the reply, which the completion continues; empty if there is none. */
  readonly prefill: string
  /** Names are unique. */
  readonly tools: readonly Tool[]
  /** Whether a model that can think is asked to. */
  readonly isThinkingEnabled: boolean
  /** The JSON schema that constrains the reply; null for any text. */
  readonly outputSchema: JsonObject | null
  /** Whether an engine refuses an output schema that it cannot enforce as a whole; by default it enforces what it can. */
  readonly isOutputStrict?: boolean
}

/** The fields of a prompt without tools, thinking and output schema. */
export const TEXT_ONLY = {
  tools: [],
  isThinkingEnabled: false,
  outputSchema: null,
} as const satisfies Partial<Prompt>

/** A prompt of text in which no turns are read. */
export function rawPrompt(text: string): Prompt {
  return { kind: 'raw', text, systemText: '', turns: [], prefill: '', ...TEXT_ONLY }
}

/** A prompt of tokens, of which the engine alone knows the text. */
export function tokenPrompt(tokens: readonly number[]): Prompt {
  return { ...rawPrompt(''), tokens }
}
