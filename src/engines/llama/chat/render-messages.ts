import type { CompletionErrorCode } from '../../../completion/completion-error.ts'
import type { Prompt } from '../../../completion/prompt.ts'
import type { Turn } from '../../../completion/turn.ts'
import type { OutputFormat } from '../output-parsing/output-format.ts'
import type { RenderedPrompt } from './chat-prompt-renderer.ts'

/** A prompt without its turns, which are sent in pieces. */
export type PromptFrame = Omit<Prompt, 'turns' | 'text'>

/** A turn or a piece of one. */
export interface TurnPiece {
  readonly turn: Turn
  /** Whether it continues the turn of the piece before. */
  readonly continues: boolean
}

/** Messages to a render thread. A prompt is sent in pieces, so that copying it does not block the event loop. */
export type RenderCommand =
  | { readonly type: 'begin'; readonly frame: PromptFrame }
  | { readonly type: 'turns'; readonly pieces: readonly TurnPiece[] }
  | { readonly type: 'render' }

/** An output format with the name of its tool call parser, whose functions cannot be sent. */
export interface SentOutputFormat extends Omit<OutputFormat, 'calls'> {
  readonly callsName: string | null
}

/** Messages from a render thread: one after it starts and one for each prompt. */
export type RenderReport =
  | { readonly type: 'opened'; readonly format: SentOutputFormat }
  | { readonly type: 'open-failed'; readonly message: string }
  | ({ readonly type: 'rendered'; readonly prompt: RenderedPrompt } & HeldMemory)
  | ({ readonly type: 'failed'; readonly code: CompletionErrorCode; readonly message: string } & HeldMemory)

/** What a thread has in its heap after a prompt. */
export interface HeldMemory {
  readonly heldBytes: number
}
