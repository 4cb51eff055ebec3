import type { CacheScope } from '../../../completion/cache-scope.ts'
import type { CompletionErrorCode } from '../../../completion/completion-error.ts'
import type { SamplingParams } from '../../../completion/completion-request.ts'
import type { OutputConstraint } from '../grammar/output-constraint.ts'
import type { LlamaEngineSettings, MeasuredSettings } from '../llama-engine-settings.ts'

/** A part of a prompt; across the joint of two no control token is read. */
export interface PromptPart {
  readonly text: string
  /** Whether the texts of control tokens stand for those tokens: so where a chat template wrote them. */
  readonly parseSpecial: boolean
}

/** What the server tells the engine's process. */
export type EngineCommand =
  | { readonly type: 'load'; readonly settings: LlamaEngineSettings }
  | {
      readonly type: 'generate'
      readonly id: number
      readonly prompt: readonly PromptPart[]
      readonly maxTokens: number
      readonly sampling: SamplingParams
      readonly constraint: OutputConstraint | null
      /** Control tokens, by their texts, that are not to be hidden: what is around them is read by them. */
      readonly preservedTokenTexts: readonly string[]
      readonly cacheScope: CacheScope
    }
  | { readonly type: 'count-tokens'; readonly id: number; readonly prompt: readonly PromptPart[] }
  | { readonly type: 'cancel'; readonly id: number }
  /** Answered by a `pong` between two steps. */
  | { readonly type: 'ping' }

/** What the server needs to know of a loaded model. */
export interface LoadedModel {
  /** As llama.cpp describes it, such as `llama 7B Q8_0`. */
  readonly description: string
  /** Which build of llama.cpp runs it. */
  readonly buildName: string
  readonly contextWindowTokens: number
  readonly maxSequences: number
  readonly chatTemplate: string | null
  readonly beginningOfSequenceText: string
  readonly endOfSequenceText: string
  /** Whether a token opens every prompt anyway, so that a template must not write it too. */
  readonly addsBeginningOfSequence: boolean
  /** What the tokenizer reads as control tokens where it parses them. */
  readonly controlTexts: readonly string[]
  /** The most bytes that one token stands for; null where no bound of a prompt's tokens follows from it. */
  readonly longestTokenBytes: number | null
  /** What it reads as single tokens everywhere, though the model's file calls them no control tokens. */
  readonly userDefinedTexts: readonly string[]
  readonly settings: MeasuredSettings
  /** How long a step may take at most, as measured at load. */
  readonly longestStepMs: number
}

/** Why a generation ended over there; what its text means is found out on this side. */
export type GenerationEnd = 'max-tokens' | 'context-window' | 'end-of-generation'

/** What happened to one request, named by its id. */
export type EngineOutput =
  | { readonly type: 'start'; readonly id: number; readonly promptTokens: number }
  | {
      readonly type: 'prefill'
      readonly id: number
      readonly reusedPromptTokens: number
      /** How long before this notice was sent it began, in milliseconds. */
      readonly agoMs: number
    }
  | { readonly type: 'delta'; readonly id: number; readonly text: string; readonly completionTokens: number }
  | { readonly type: 'end'; readonly id: number; readonly stopReason: GenerationEnd }
  | {
      readonly type: 'fail'
      readonly id: number
      readonly code: CompletionErrorCode
      readonly message: string
    }
  | { readonly type: 'count'; readonly id: number; readonly tokens: number }

/** How far the loading of a model is: a share of its file from 0 to 1, then the measurement of settings. */
export type LoadingProgress =
  | { readonly step: 'model'; readonly share: number }
  | { readonly step: 'measurement' }

/** What the engine's process tells the server. The notices of one step, or of a few short ones, come in one message. */
export type EngineMessage =
  | { readonly type: 'loading'; readonly progress: LoadingProgress }
  | { readonly type: 'loaded'; readonly model: LoadedModel }
  | { readonly type: 'load-failed'; readonly message: string }
  | { readonly type: 'outputs'; readonly outputs: readonly EngineOutput[] }
  /** A sign of life. */
  | { readonly type: 'pong' }
