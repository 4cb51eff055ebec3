import { describe, expect, it } from 'vitest'
import { upstreamConversation } from '../../../../test/upstream-histories.ts'
import { gatherCompletion } from '../../../completion/collected-completion.ts'
import type { CompletionEvent } from '../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../completion/completion-request.ts'
import { endLongThoughts } from './end-long-thinking.ts'

const START: CompletionEvent = { type: 'completion-start', promptTokens: null }
const END: CompletionEvent = { type: 'completion-end', stopReason: 'end-of-generation', stopSequence: null }
const USAGE: CompletionEvent = { type: 'prompt-usage', promptTokens: 9, reusedPromptTokens: 0 }
const thought = (text: string): CompletionEvent => ({ type: 'thought-delta', text, completionTokens: 2 })
const text = (said: string): CompletionEvent => ({ type: 'text-delta', text: said, completionTokens: 1 })

/** Answers each request with the next of these, some events together, and remembers which of them were left. */
async function run(answers: readonly (readonly CompletionEvent[])[], enoughTokens: number, together: number) {
  const requests: CompletionRequest[] = []
  const left: number[] = []
  async function* answer(request: CompletionRequest): AsyncGenerator<readonly CompletionEvent[]> {
    const index = requests.push(request) - 1
    let isRead = false
    try {
      const events = answers[index] ?? []
      for (let at = 0; at < events.length; at += together) yield events.slice(at, at + together)
      isRead = true
    } finally {
      if (!isRead) left.push(index)
    }
  }
  const events: CompletionEvent[] = []
  const request = upstreamConversation({ thinks: true }, { maxTokens: 10, maxThoughtTokens: enoughTokens })
  for await (const passed of endLongThoughts(request, enoughTokens, answer)) events.push(...passed)
  return { events, requests, left }
}

describe.each([1, 2, 9])('endLongThoughts, %i events together', (together) => {
  it('asks for the answer without thoughts as soon as there are too many', async () => {
    const long = [START, USAGE, thought('a'), thought('b'), thought('c'), text('never')]
    const { events, requests, left } = await run([long, [START, USAGE, text('Hi'), END]], 3, together)
    expect(events).toEqual([START, USAGE, thought('a'), thought('b'), text('Hi'), END])
    expect(gatherCompletion(events)).toMatchObject({ promptTokens: 9, completionTokens: 5 })
    expect(left).toEqual([0])
    expect(requests[1]).toMatchObject({ maxTokens: 6, maxThoughtTokens: null, prompt: { thinks: false } })
  })

  it('tells of the prompt where the first answer did not', async () => {
    const { events } = await run(
      [
        [START, thought('a'), thought('b')],
        [START, USAGE, text('Hi'), END],
      ],
      3,
      together,
    )
    expect(events).toEqual([START, thought('a'), thought('b'), USAGE, text('Hi'), END])
  })

  it('leaves alone what is not too long', async () => {
    const answer = [START, thought('a'), thought('b'), text('x'.repeat(9)), USAGE, END]
    const { events, requests } = await run([answer], 4, together)
    expect(events).toEqual(answer)
    expect(requests).toHaveLength(1)
  })

  it('ends where there are no tokens left for an answer', async () => {
    const long = [START, thought('a'), thought('b'), thought('c'), thought('d'), thought('e')]
    const { events, requests } = await run([long], 9, together)
    expect(events.at(-1)).toMatchObject({ type: 'completion-end', stopReason: 'max-tokens' })
    expect(requests).toHaveLength(1)
  })
})
