import { CompletionError } from '../../../completion/completion-error.ts'
import type { CompletionEvent, TextDelta } from '../../../completion/completion-event.ts'
import type { AsyncQueue } from '../../../util/async-queue.ts'
import type { EngineOutput } from './engine-messages.ts'

/**
 * The notices of one request as events; deltas that wait for a slow reader become one.
 *
 * @throws CompletionError as the notice of a failure says
 */
export async function* completionEvents(outputs: AsyncQueue<EngineOutput>): AsyncGenerator<CompletionEvent> {
  for (;;) {
    const output = await outputs.next()
    switch (output.type) {
      case 'start':
        yield { type: 'completion-start', promptTokens: output.promptTokens }
        break
      case 'prefill':
        yield { type: 'prefill-start', reusedPromptTokens: output.reusedPromptTokens, agoMs: output.agoMs }
        break
      case 'delta':
        yield await withWaitingDeltas(output, outputs)
        break
      case 'fail':
        throw new CompletionError(output.code, output.message)
      case 'end':
        yield { type: 'completion-end', stopReason: output.stopReason, stopSequence: null }
        return
    }
  }
}

async function withWaitingDeltas(
  first: Extract<EngineOutput, { type: 'delta' }>,
  outputs: AsyncQueue<EngineOutput>,
): Promise<TextDelta> {
  let { text, completionTokens } = first
  while (outputs.peek()?.type === 'delta') {
    const next = await outputs.next()
    if (next.type !== 'delta') break
    text += next.text
    completionTokens += next.completionTokens
  }
  return { type: 'text-delta', text, completionTokens }
}
