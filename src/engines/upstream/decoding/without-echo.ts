import { type CompletionEvent, isDelta } from '../../../completion/completion-event.ts'
import { type EventTransform, unchanged } from '../../../completion/event-transform.ts'

/**
 * Removes the prefill from the beginning of a response that repeats it. Other responses pass unchanged: not every release
 * of a server repeats it.
 */
export function withoutEcho(prefill: string): EventTransform {
  if (prefill === '') return unchanged
  let isDecided = false
  /** How much of the prefill has been repeated so far. */
  let repeatedUnits = 0
  let completionTokens = 0
  const decide = (text: string): CompletionEvent => {
    isDecided = true
    return { type: 'text-delta', text, completionTokens }
  }
  const pass = (event: CompletionEvent): readonly CompletionEvent[] => {
    if (isDecided) return [event]
    if (event.type === 'text-delta') {
      const { text } = event
      completionTokens += event.completionTokens
      const missing = prefill.slice(repeatedUnits, repeatedUnits + text.length)
      if (!text.startsWith(missing)) return [decide(prefill.slice(0, repeatedUnits) + text)]
      repeatedUnits += missing.length
      return repeatedUnits === prefill.length ? [decide(text.slice(missing.length))] : []
    }
    if (completionTokens === 0 || !(event.type === 'completion-end' || isDelta(event))) return [event]
    return [decide(prefill.slice(0, repeatedUnits)), event]
  }
  return (events) => (isDecided ? events : events.flatMap(pass))
}
