import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { SamplingParams } from '../../../completion/completion-request.ts'
import type { LogprobsRequest } from '../../../completion/scored-token.ts'
import type { OutputConstraint } from '../grammar/output-constraint.ts'
import type { LlamaEngineSettings } from '../settings.ts'

/** A part of a prompt. Parts are tokenized separately: no control token is read across the joint of two. */
export interface PromptPart {
  readonly text: string
  /** Whether the texts of control tokens become those tokens, as in what a chat template wrote. */
  readonly parseSpecial: boolean
}

/** A prompt as text, or as the tokens that a client sent. */
export interface CommandPrompt {
  readonly prompt: readonly PromptPart[]
  /** In place of the parts; null for most prompts. */
  readonly tokens: readonly number[] | null
}

/** What the server sends to the engine's process. */
export type EngineCommand =
  | { readonly type: 'load'; readonly settings: LlamaEngineSettings }
  | (CommandPrompt & {
      readonly type: 'generate'
      readonly id: number
      readonly maxTokens: number
      readonly sampling: SamplingParams
      readonly constraint: OutputConstraint | null
      /** Texts of the control tokens that stay in the text, because the output is parsed by them. */
      readonly preservedTokens: readonly string[]
      readonly cacheScope: CacheScope
      /** Null where no token is scored. */
      readonly logprobs: LogprobsRequest | null
      /** Whether others go first. */
      readonly isBackground: boolean
    })
  | (CommandPrompt & { readonly type: 'count-tokens'; readonly id: number })
  | { readonly type: 'cancel'; readonly id: number }
  /** The process replies with a `pong` between two steps. */
  | { readonly type: 'ping' }
