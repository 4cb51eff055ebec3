import type { CompletionEvent } from './completion-event.ts'

/** Joins adjacent text deltas: each event costs the same to send, however short it is. */
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
