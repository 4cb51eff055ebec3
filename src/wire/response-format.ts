import type { CompletionEvent, CompletionStart } from '../completion/completion-event.ts'
import type { DescribedError } from './error-body.ts'

/** How one API shows one completion; made anew for each answer. */
export interface ResponseFormat {
  /** The body of an answer that is sent whole, of all its events. */
  body(events: readonly CompletionEvent[]): object
  /** What writes the same answer as a stream. Asked for once. */
  streamWriter(): StreamWriter
}

/** Writes one streamed answer: completion events in, server-sent events out. */
export interface StreamWriter {
  /** What the stream begins with. */
  open(start: CompletionStart): string
  /**
   * The server-sent events for completion events that are ready together; empty where the wire format has none.
   */
  write(events: readonly CompletionEvent[]): string
  /** Says that the stream is alive. */
  ping(): string
  /** Ends a stream that cannot go on: nothing may follow. */
  error(error: DescribedError, requestId: string): string
}
