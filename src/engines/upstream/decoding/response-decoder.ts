import type { CompletionEvent } from '../../../completion/completion-event.ts'
import type { ServerSentEvent } from './server-sent-event-reader.ts'

/** Decodes the events of one response; it remembers what came before. */
export interface ResponseDecoder {
  /**
   * The completion events of one server-sent event: none, or several. The last of a response is `completion-end`.
   *
   * @throws UpstreamFailure when it cannot be read or reports an error
   */
  read(event: ServerSentEvent): readonly CompletionEvent[]
  /**
   * The end of a response that stops without its closing event; none when it stopped too early.
   *
   * @throws UpstreamFailure when what came before cannot be read
   */
  end(): readonly CompletionEvent[]
  /** Whether the decoder ended the completion itself: the upstream has more to send, which is not needed. */
  readonly isEndedEarly: boolean
}

/** Reports something that operators should know, each text once, and never with a word of a prompt. */
export type OnWarning = (warning: string) => void
