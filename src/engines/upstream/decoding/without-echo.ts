import { type CompletionEvent, isDelta } from '../../../completion/completion-event.ts'
import { type EventStep, unchanged } from '../../../completion/event-step.ts'

/**
 * Takes the prefill off the beginning of an answer that repeats it. An answer that begins otherwise is passed on as it
 * is: not every release of a server repeats.
 */
export function withoutEcho(prefill: string): EventStep {
  if (prefill === '') return unchanged
  let isDecided = false
  let text = ''
  let completionTokens = 0
  const pass = (event: CompletionEvent): readonly CompletionEvent[] => {
    if (isDecided) return [event]
    if (event.type === 'text-delta') {
      text += event.text
      completionTokens += event.completionTokens
      isDecided = text.length >= prefill.length || !prefill.startsWith(text)
      if (!isDecided) return []
      if (text.startsWith(prefill)) text = text.slice(prefill.length)
      return [{ type: 'text-delta', text, completionTokens }]
    }
    if (completionTokens === 0 || !(event.type === 'completion-end' || isDelta(event))) return [event]
    isDecided = true
    return [{ type: 'text-delta', text, completionTokens }, event]
  }
  return (events) => (isDecided ? events : events.flatMap(pass))
}
