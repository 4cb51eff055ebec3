import { type CompletionEvent, isDelta } from '../../../completion/completion-event.ts'
import { type EventTransform, unchanged } from '../../../completion/event-transform.ts'

/** A response that repeats this many characters does not do so by chance. */
const MIN_CERTAIN_CHARACTERS = 8

/** What earlier responses of a model show. */
export interface EchoEvidence {
  /** Null before a response that tells. */
  repeatsPrefill: boolean | null
}

/**
 * Removes the prefill from the beginning of a response that repeats it. Other responses pass unchanged: whether a server
 * repeats it depends on its release and on the model's template. A short prefill may also be repeated by chance: it
 * stays where an earlier response did not repeat its own.
 */
export function withoutEcho(
  prefill: string,
  evidence: EchoEvidence = { repeatsPrefill: null },
): EventTransform {
  const isCertain = prefill.length >= MIN_CERTAIN_CHARACTERS
  if (prefill === '' || (evidence.repeatsPrefill === false && !isCertain)) return unchanged
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
      if (!text.startsWith(missing)) {
        evidence.repeatsPrefill = false
        return [decide(prefill.slice(0, repeatedUnits) + text)]
      }
      repeatedUnits += missing.length
      if (repeatedUnits < prefill.length) return []
      evidence.repeatsPrefill = isCertain || evidence.repeatsPrefill
      return [decide(text.slice(missing.length))]
    }
    if (completionTokens === 0 || !(event.type === 'completion-end' || isDelta(event))) return [event]
    return [decide(prefill.slice(0, repeatedUnits)), event]
  }
  return (events) => (isDecided ? events : events.flatMap(pass))
}
