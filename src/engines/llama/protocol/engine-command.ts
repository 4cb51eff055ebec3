import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { SamplingParams } from '../../../completion/completion-request.ts'
import type { OutputConstraint } from '../grammar/output-constraint.ts'
import type { LlamaEngineSettings } from '../settings.ts'

/** A part of a prompt. Parts are tokenized separately: no control token is read across the joint of two. */
export interface PromptPart {
  readonly text: string
  /** Whether the texts of control tokens become those tokens, as in what a chat template wrote. */
  readonly parseSpecial: boolean
}

/** What the server sends to the engine's process. */
export type EngineCommand =
  | { readonly type: 'load'; readonly settings: LlamaEngineSettings }
  | {
      readonly type: 'generate'
      readonly id: number
      readonly prompt: readonly PromptPart[]
      readonly maxTokens: number
      readonly sampling: SamplingParams
      readonly constraint: OutputConstraint | null
      /** Texts of the control tokens that stay in the text, because the output is parsed by them. */
      readonly preservedTokens: readonly string[]
      readonly cacheScope: CacheScope
    }
  | { readonly type: 'count-tokens'; readonly id: number; readonly prompt: readonly PromptPart[] }
  | { readonly type: 'cancel'; readonly id: number }
  /** The process replies with a `pong` between two steps. */
  | { readonly type: 'ping' }
