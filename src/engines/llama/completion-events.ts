import { CompletionError } from '../../completion/completion-error.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import { joinTextDeltas } from '../../completion/join-text-deltas.ts'
import type { AsyncQueue } from '../../util/async-queue.ts'
import type { EngineOutput } from './protocol/engine-messages.ts'

/**
 * The outputs of one request as events. Deltas that wait for a slow reader become one.
 *
 * @throws CompletionError as the output of a failure says
 */
export async function* completionEvents(
  outputs: AsyncQueue<EngineOutput>,
): AsyncGenerator<readonly CompletionEvent[]> {
  for (;;) {
    const events: CompletionEvent[] = []
    let failure: CompletionError | null = null
    for (const output of await outputs.takeAll()) {
      if (output.type === 'fail') failure = new CompletionError(output.code, output.message)
      else events.push(...eventsOf(output))
    }
    if (events.length > 0) yield joinTextDeltas(events)
    if (failure !== null) throw failure
    if (events.at(-1)?.type === 'completion-end') return
  }
}

function eventsOf(output: EngineOutput): CompletionEvent[] {
  switch (output.type) {
    case 'start':
      return [{ type: 'completion-start', promptTokens: output.promptTokens }]
    case 'prefill': {
      const { reusedPromptTokens, agoMs } = output
      return [{ type: 'prefill-start', reusedPromptTokens, agoMs }]
    }
    case 'delta':
      return [{ type: 'text-delta', text: output.text, completionTokens: output.completionTokens }]
    case 'end':
      return [{ type: 'completion-end', stopReason: output.stopReason, stopSequence: null }]
    default:
      return []
  }
}
