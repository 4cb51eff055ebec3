import { expect, it } from 'vitest'
import type { CompletionEvent } from './completion-event.ts'
import { leadingSpace } from './leading-space.ts'

async function textsOf(...texts: string[]): Promise<string[]> {
  async function* source(): AsyncGenerator<CompletionEvent> {
    yield { type: 'completion-start', promptTokens: 1 }
    for (const text of texts) yield { type: 'text-delta', text, completionTokens: 1 }
  }
  const found: string[] = []
  for await (const event of leadingSpace(source())) if (event.type === 'text-delta') found.push(event.text)
  return found
}

it.each([
  ['a reply that begins at once gets one', ['Hello', ' you'], [' Hello', ' you']],
  ['a reply that begins with a space keeps it', [' Hello', 'you'], [' Hello', 'you']],
  ['a reply that begins with a new line keeps it', ['\n- one'], ['\n- one']],
  ['the first text is the first that holds any', ['', 'Hello'], ['', ' Hello']],
])('%s', async (_, given, expected) => {
  expect(await textsOf(...given)).toEqual(expected)
})
