import type { CompletionErrorCode } from '../../../completion/completion-error.ts'
import type { CompletionEvent } from '../../../completion/completion-event.ts'
import type { StartPhases } from '../../../util/start-phases.ts'
import type { DraftCounts } from './draft-counts.ts'
import type { LoadedModel } from './loaded-model.ts'

/** How far loading is: the share of the model's file that is read, from 0 to 1; then the measurement of settings. */
export type LoadingProgress =
  | { readonly step: 'model'; readonly share: number }
  | { readonly step: 'measurement' }

/** Why a request failed. */
export interface RequestError {
  readonly code: CompletionErrorCode
  readonly message: string
}

/** Events of one request, in order, or the error that ended it. */
export type EngineOutput =
  | { readonly id: number; readonly events: readonly CompletionEvent[] }
  | { readonly id: number; readonly error: RequestError }

/** What the engine's process sends to the server. One message has the outputs of one step, or of a few short ones. */
export type EngineMessage =
  | { readonly type: 'loading'; readonly progress: LoadingProgress }
  | { readonly type: 'loaded'; readonly model: LoadedModel; readonly phases: StartPhases }
  | { readonly type: 'load-failed'; readonly message: string }
  | {
      readonly type: 'outputs'
      readonly outputs: readonly EngineOutput[]
      /** What was drafted since the last message; absent where nothing was. */
      readonly drafts?: readonly DraftCounts[]
    }
  | { readonly type: 'token-count'; readonly id: number; readonly tokens: number }
  /** A sign of life. */
  | { readonly type: 'pong' }
