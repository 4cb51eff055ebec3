import type { CompletionEvent } from './completion-event.ts'

/**
 * Makes one of texts that follow each other: each event costs the same on its way to the caller, however short it is,
 * and what is there already gains nothing by coming in pieces.
 */
export function joinTextDeltas(events: readonly CompletionEvent[]): readonly CompletionEvent[] {
  if (events.length < 2) return events
  const joined: CompletionEvent[] = []
  for (const event of events) {
    const last = joined.at(-1)
    if (event.type !== 'text-delta' || last?.type !== 'text-delta') {
      joined.push(event)
      continue
    }
    const completionTokens = last.completionTokens + event.completionTokens
    joined[joined.length - 1] = { type: 'text-delta', text: last.text + event.text, completionTokens }
  }
  return joined
}
