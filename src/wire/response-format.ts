import type { CompletionEvent, CompletionStart } from '../completion/completion-event.ts'
import type { DescribedError } from './error-body.ts'

/** How an API formats one completion. Each response has its own. */
export interface ResponseFormat {
  /** The body of a response without streaming. */
  body(events: readonly CompletionEvent[]): object
  /** The writer of the same response as a stream. Called at most once. */
  streamWriter(): StreamWriter
}

/** Turns completion events into the server-sent events of one response. */
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
