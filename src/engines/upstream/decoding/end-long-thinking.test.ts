import { describe, expect, it } from 'vitest'
import { upstreamConversation } from '../../../../test/upstream-histories.ts'
import { collectCompletion } from '../../../completion/collected-completion.ts'
import type { CompletionEvent } from '../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../completion/completion-request.ts'
import { endLongThinking } from './end-long-thinking.ts'

const START: CompletionEvent = { type: 'completion-start', promptTokens: null }
const END: CompletionEvent = { type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null }
const USAGE: CompletionEvent = { type: 'prompt-usage', promptTokens: 9, reusedPromptTokens: 0 }
const thinking = (text: string): CompletionEvent => ({ type: 'thinking-delta', text, completionTokens: 2 })
const text = (deltaText: string): CompletionEvent => ({
  type: 'text-delta',
  text: deltaText,
  completionTokens: 1,
})

/** Answers each request with the next of these, some events together, and remembers which of them were left. */
async function run(
  responses: readonly (readonly CompletionEvent[])[],
  enoughTokens: number,
  together: number,
) {
  const requests: CompletionRequest[] = []
  const cancelled: number[] = []
  async function* response(request: CompletionRequest): AsyncGenerator<readonly CompletionEvent[]> {
    const index = requests.push(request) - 1
    let isRead = false
    try {
      const events = responses[index] ?? []
      for (let at = 0; at < events.length; at += together) yield events.slice(at, at + together)
      isRead = true
    } finally {
      if (!isRead) cancelled.push(index)
    }
  }
  const events: CompletionEvent[] = []
  const request = upstreamConversation(
    { isThinkingEnabled: true },
    { maxTokens: 10, thinkingBudgetTokens: enoughTokens },
  )
  for await (const passed of endLongThinking(request, enoughTokens, response)) events.push(...passed)
  return { events, requests, cancelled }
}

describe.each([1, 2, 9])('endLongThinking, %i events at a time', (together) => {
  it('asks again without thinking once the budget is exceeded', async () => {
    const long = [START, USAGE, thinking('a'), thinking('b'), thinking('c'), text('never')]
    const { events, requests, cancelled } = await run([long, [START, USAGE, text('Hi'), END]], 3, together)
    expect(events).toEqual([START, USAGE, thinking('a'), thinking('b'), text('Hi'), END])
    expect(collectCompletion(events)).toMatchObject({ promptTokens: 9, completionTokens: 5 })
    expect(cancelled).toEqual([0])
    expect(requests[1]).toMatchObject({
      maxTokens: 6,
      thinkingBudgetTokens: null,
      prompt: { isThinkingEnabled: false },
    })
  })

  it('reports the prompt usage if the first response did not', async () => {
    const { events } = await run(
      [
        [START, thinking('a'), thinking('b')],
        [START, USAGE, text('Hi'), END],
      ],
      3,
      together,
    )
    expect(events).toEqual([START, thinking('a'), thinking('b'), USAGE, text('Hi'), END])
  })

  it('passes shorter thinking unchanged', async () => {
    const response = [START, thinking('a'), thinking('b'), text('x'.repeat(9)), USAGE, END]
    const { events, requests } = await run([response], 4, together)
    expect(events).toEqual(response)
    expect(requests).toHaveLength(1)
  })

  it('ends when no tokens are left for a response', async () => {
    const long = [START, thinking('a'), thinking('b'), thinking('c'), thinking('d'), thinking('e')]
    const { events, requests } = await run([long], 9, together)
    expect(events.at(-1)).toMatchObject({ type: 'completion-end', stopReason: 'max-tokens' })
    expect(requests).toHaveLength(1)
  })
})
