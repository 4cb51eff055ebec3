import { type CompletionEvent, isDelta } from '../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../completion/completion-request.ts'

/**
 * Ends thoughts that are too long, for models that nobody else holds to a budget: their answer is left, and the same is
 * asked again without thoughts. What was thought stays, the answer comes behind it.
 *
 * @param answer asks an upstream, whose events come some at a time; to stop reading is to leave it
 * @param enoughTokens the thoughts end behind the token after these
 */
export async function* endLongThinking(
  request: CompletionRequest,
  enoughTokens: number,
  response: (request: CompletionRequest) => AsyncIterable<readonly CompletionEvent[]>,
): AsyncGenerator<readonly CompletionEvent[]> {
  let [thinkingTokens, completionTokens, isPromptTold] = [0, 0, false]
  for await (const together of response(request)) {
    const kept: CompletionEvent[] = []
    for (const event of together) {
      kept.push(event)
      if (isDelta(event)) completionTokens += event.completionTokens
      if (event.type === 'thinking-delta') thinkingTokens += event.completionTokens
      isPromptTold ||= event.type === 'prompt-usage'
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
    type === 'completion-start' || (type === 'prompt-usage' && isPromptTold)
  for await (const together of response(withoutThinking(request, maxTokens))) {
    yield together.filter((event) => !isKnown(event))
  }
}

function withoutThinking(request: CompletionRequest, maxTokens: number): CompletionRequest {
  return {
    ...request,
    maxTokens,
    thinkingBudgetTokens: null,
    prompt: { ...request.prompt, isThinkingEnabled: false },
  }
}
