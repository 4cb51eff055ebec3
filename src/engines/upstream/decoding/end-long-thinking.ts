import { type CompletionEvent, isDelta } from '../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../completion/completion-request.ts'

/**
 * Ends thinking that exceeds its budget, for servers that do not: cancels the response and sends the request again
 * without thinking. The thinking so far stays, and the second response follows it.
 *
 * @param enoughTokens thinking ends after the first token beyond these
 * @param respond sends a request; to stop reading its events is to cancel it
 */
export async function* endLongThinking(
  request: CompletionRequest,
  enoughTokens: number,
  respond: (request: CompletionRequest) => AsyncIterable<readonly CompletionEvent[]>,
): AsyncGenerator<readonly CompletionEvent[]> {
  let [thinkingTokens, completionTokens, hasPromptUsage, hasReply] = [0, 0, false, false]
  for await (const events of respond(request)) {
    const kept: CompletionEvent[] = []
    for (const event of events) {
      kept.push(event)
      if (isDelta(event)) completionTokens += event.completionTokens
      hasReply ||= isReply(event)
      if (event.type === 'thinking-delta' && !hasReply) thinkingTokens += event.completionTokens
      hasPromptUsage ||= event.type === 'prompt-usage'
      if (thinkingTokens > enoughTokens) break
    }
    yield kept
    if (kept.at(-1)?.type === 'completion-end') return
    if (thinkingTokens > enoughTokens) break
  }
  const maxTokens = request.maxTokens - completionTokens
  if (maxTokens < 1) {
    yield [{ type: 'completion-end', stopReason: 'max-tokens', stopSequence: null }]
    return
  }
  const isKnown = ({ type }: CompletionEvent) =>
    type === 'completion-start' || (type === 'prompt-usage' && hasPromptUsage)
  for await (const events of respond(withoutThinking(request, maxTokens))) {
    yield events.filter((event) => !isKnown(event))
  }
}

/** Whether the reply has begun: then it is too late to ask again. */
function isReply(event: CompletionEvent): boolean {
  return event.type === 'tool-call-start' || (event.type === 'text-delta' && event.text !== '')
}

function withoutThinking(request: CompletionRequest, maxTokens: number): CompletionRequest {
  return {
    ...request,
    maxTokens,
    thinkingBudgetTokens: null,
    prompt: { ...request.prompt, isThinkingEnabled: false },
  }
}
