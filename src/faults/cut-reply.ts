import { type CompletionEvent, isDelta, textUnitsOf } from '../completion/completion-event.ts'

/** Most code units of a reply that wait for its end, which decides where it is cut. */
const MAX_HELD_UNITS = 4 * 1024 * 1024
/** The same in events. */
const MAX_HELD_EVENTS = 100_000

/** A share of a reply, as if it had reached `max_tokens` there. A very long one is cut where it is held no longer. */
export async function* cutReply(
  events: AsyncIterable<readonly CompletionEvent[]>,
  share: number,
): AsyncGenerator<readonly CompletionEvent[]> {
  const held: CompletionEvent[] = []
  let units = 0
  for await (const together of events) {
    const start = together.filter((event) => event.type === 'completion-start')
    if (start.length > 0) yield start
    for (const event of together) {
      if (event.type === 'completion-start' || event.type === 'completion-end') continue
      held.push(event)
      units += textUnitsOf(event)
    }
    if (units > MAX_HELD_UNITS || held.length > MAX_HELD_EVENTS) break
  }
  const deltas = held.filter(isDelta)
  const kept = new Set<CompletionEvent>(deltas.slice(0, Math.floor(deltas.length * share)))
  const passed = held.filter((event) => !isDelta(event) || kept.has(event))
  if (passed.length > 0) yield passed
  yield [{ type: 'completion-end', stopReason: 'max-tokens', stopSequence: null }]
}
