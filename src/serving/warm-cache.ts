import type { CompletionEvent } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import type { Engine } from '../completion/engine.ts'

/**
 * Evaluates a prompt without generating, so that the next request finds it in the prefix cache. Engines generate at least
 * one token: one is requested and dropped.
 *
 * @throws CompletionError as `Engine.generate`
 */
export async function* warmCache(
  engine: Engine,
  request: CompletionRequest,
  signal: AbortSignal,
): AsyncGenerator<readonly CompletionEvent[]> {
  for await (const events of engine.generate({ ...request, maxTokens: 1 }, signal)) {
    const kept = events.flatMap((event): CompletionEvent[] => {
      if (event.type === 'completion-end') return [{ ...event, stopReason: 'max-tokens', stopSequence: null }]
      return isPromptEvent(event) ? [event] : []
    })
    if (kept.length > 0) yield kept
  }
}

function isPromptEvent({ type }: CompletionEvent): boolean {
  return (
    type === 'completion-start' ||
    type === 'prefill-start' ||
    type === 'prompt-usage' ||
    type === 'prompt-tokens'
  )
}
