import { type CompletionEvent, isDelta } from '../../completion/completion-event.ts'

/**
 * Takes the prefill off the beginning of an answer that repeats it. An answer that begins otherwise is passed on as it
 * is: not every release of a server repeats.
 */
export async function* withoutEcho(
  events: AsyncIterable<CompletionEvent>,
  prefill: string,
): AsyncGenerator<CompletionEvent> {
  let isDecided = prefill === ''
  let text = ''
  let completionTokens = 0
  for await (const event of events) {
    if (isDecided) {
      yield event
    } else if (event.type === 'text-delta') {
      text += event.text
      completionTokens += event.completionTokens
      isDecided = text.length >= prefill.length || !prefill.startsWith(text)
      if (!isDecided) continue
      if (text.startsWith(prefill)) text = text.slice(prefill.length)
      yield { type: 'text-delta', text, completionTokens }
    } else {
      if (completionTokens > 0 && (event.type === 'completion-end' || isDelta(event))) {
        yield { type: 'text-delta', text, completionTokens }
        isDecided = true
      }
      yield event
    }
  }
}
