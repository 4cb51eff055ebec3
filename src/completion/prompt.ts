import type { JsonObject } from '../util/json-object.ts'
import type { Tool } from './tool.ts'
import type { Turn } from './turn.ts'

/**
 * What a completion continues.
 *
 * - `text`: a text of Human and Assistant turns, of which it is the rest: behind a bare `Assistant:` it begins with a
 *   space
 * - `conversation`: turns, to which it is the reply: it begins at once
 * - `verbatim`: a text with no turns in it, whatever it holds; texts of control tokens in it stand for those tokens
 */
export type PromptKind = 'text' | 'conversation' | 'raw'

/**
 * Everything that a model reads before it generates; a prompt that passed the turn rules, in both of its forms. The
 * same prompt is counted and completed alike.
 */
export interface Prompt {
  readonly kind: PromptKind
  /** The whole text for models that take it verbatim; only white space at its two ends may differ from what came. */
  readonly text: string
  /** What stands before the first human turn; empty if nothing does. */
  readonly systemText: string
  /** The turns before the reply; the first is human, if there are any. */
  readonly turns: readonly Turn[]
  /** What the reply already holds; empty if nothing. The completion continues it. */
  readonly prefill: string
  /** What the model may call; none of two have the same name. */
  readonly tools: readonly Tool[]
  /** Whether a model that can think first is asked to. */
  readonly isThinkingEnabled: boolean
  /** The JSON schema that the reply has to fit; null if it may be any text. */
  readonly outputSchema: JsonObject | null
}

/** What only a conversation with its extras has, for prompts of text alone. */
export const TEXT_ALONE = {
  tools: [],
  isThinkingEnabled: false,
  outputSchema: null,
} as const satisfies Partial<Prompt>
