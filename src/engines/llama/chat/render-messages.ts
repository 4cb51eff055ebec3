import type { CompletionErrorCode } from '../../../completion/completion-error.ts'
import type { Prompt } from '../../../completion/prompt.ts'
import type { Turn } from '../../../completion/turn.ts'
import type { ThinkingFormat } from '../output-parsing/output-format.ts'
import type { RenderedPrompt } from './chat-prompt-renderer.ts'

/** A prompt without what it is long by. */
export type PromptFrame = Omit<Prompt, 'turns' | 'text'>

/** A turn, or the first, a middle or the last piece of one. */
export interface TurnPiece {
  readonly turn: Turn
  /** Whether it goes on with the turn before. */
  readonly continues: boolean
}

/** What a thread that renders is told. A prompt comes in pieces, so that sending it holds nobody up. */
export type RenderCommand =
  | { readonly type: 'begin'; readonly frame: PromptFrame }
  | { readonly type: 'turns'; readonly pieces: readonly TurnPiece[] }
  | { readonly type: 'render' }

/** How replies are written, with the name of the form of calls: its functions cannot be sent. */
export interface SentOutputFormat {
  readonly thinking: ThinkingFormat | null
  readonly callsName: string | null
  readonly responseTags: readonly string[]
  readonly isHarmony: boolean
}

/** What such a thread answers, once when it is started and once for each prompt. */
export type RenderReport =
  | { readonly type: 'opened'; readonly format: SentOutputFormat }
  | { readonly type: 'open-failed'; readonly message: string }
  | { readonly type: 'rendered'; readonly prompt: RenderedPrompt }
  | { readonly type: 'failed'; readonly code: CompletionErrorCode; readonly message: string }
