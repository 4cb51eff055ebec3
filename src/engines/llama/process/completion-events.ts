import { CompletionError } from '../../../completion/completion-error.ts'
import type { CompletionEvent, TextDelta } from '../../../completion/completion-event.ts'
import type { AsyncQueue } from '../../../util/async-queue.ts'
import type { EngineNotice } from './engine-messages.ts'

/**
 * The notices of one request as events; deltas that wait for a slow reader become one.
 *
 * @throws CompletionError as the notice of a failure says
 */
export async function* completionEvents(notices: AsyncQueue<EngineNotice>): AsyncGenerator<CompletionEvent> {
  for (;;) {
    const notice = await notices.next()
    switch (notice.type) {
      case 'start':
        yield { type: 'completion-start', promptTokens: notice.promptTokens }
        break
      case 'prefill':
        yield { type: 'prefill-start', reusedPromptTokens: notice.reusedPromptTokens, agoMs: notice.agoMs }
        break
      case 'delta':
        yield await withWaitingDeltas(notice, notices)
        break
      case 'fail':
        throw new CompletionError(notice.code, notice.message)
      case 'end':
        yield { type: 'completion-end', stopReason: notice.stopReason, stopSequence: null }
        return
    }
  }
}

async function withWaitingDeltas(
  first: Extract<EngineNotice, { type: 'delta' }>,
  notices: AsyncQueue<EngineNotice>,
): Promise<TextDelta> {
  let { text, completionTokens } = first
  while (notices.peek()?.type === 'delta') {
    const next = await notices.next()
    if (next.type !== 'delta') break
    text += next.text
    completionTokens += next.completionTokens
  }
  return { type: 'text-delta', text, completionTokens }
}
