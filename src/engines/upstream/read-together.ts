import type { CompletionEvent } from '../../completion/completion-event.ts'
import { joinTextDeltas } from '../../completion/join-text-deltas.ts'
import type { ServerSentEvent } from './read-server-sent-events.ts'
import type { AnswerReader } from './upstream-dialect.ts'

/** What events that arrived together come to. */
export interface ReadTogether {
  /** Up to the end of the completion, if that is among them; texts that follow each other are one. */
  readonly events: readonly CompletionEvent[]
  /** What the event behind them is instead of something to read. */
  readonly failure: { readonly error: unknown } | null
}

/** Reads events that arrived together. What was read before one that is a failure goes out before it. */
export function readTogether(reader: AnswerReader, together: readonly ServerSentEvent[]): ReadTogether {
  const events: CompletionEvent[] = []
  let failure: ReadTogether['failure'] = null
  try {
    for (const sent of together) {
      events.push(...reader.read(sent))
      if (events.at(-1)?.type === 'completion-end') break
    }
  } catch (error) {
    failure = { error }
  }
  return { events: joinTextDeltas(events), failure }
}
