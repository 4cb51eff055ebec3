import { describe, expect, it } from 'vitest'
import { addLeadingSpace } from './add-leading-space.ts'
import type { CompletionEvent } from './completion-event.ts'

function textsOf(texts: readonly string[], together: number): string[] {
  const events: CompletionEvent[] = [
    { type: 'completion-start', promptTokens: 1 },
    ...texts.map((text) => ({ type: 'text-delta', text, completionTokens: 1 }) as const),
  ]
  const step = addLeadingSpace()
  const found: CompletionEvent[] = []
  for (let at = 0; at < events.length; at += together) found.push(...step(events.slice(at, at + together)))
  return found.flatMap((event) => (event.type === 'text-delta' ? event.text : []))
}

describe('addLeadingSpace', () => {
  it.each([
    ['a reply that begins at once gets one', ['Hello', ' you'], [' Hello', ' you']],
    ['a reply that begins with a space keeps it', [' Hello', 'you'], [' Hello', 'you']],
    ['a reply that begins with a new line keeps it', ['\n- one'], ['\n- one']],
    ['the first text is the first that holds any', ['', 'Hello'], ['', ' Hello']],
  ])('%s', (_, given, expected) => {
    expect(textsOf(given, 1)).toEqual(expected)
    expect(textsOf(given, 9)).toEqual(expected)
  })
})
