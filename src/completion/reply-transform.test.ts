import { describe, expect, it } from 'vitest'
import { flatEvents, oneByOne } from '../../test/flat-events.ts'
import type { CompletionEvent } from './completion-event.ts'
import { conversationPrompt } from './conversation-prompt.ts'
import { transformEvents } from './event-transform.ts'
import { parsePrompt } from './human-assistant-prompt.ts'
import { type Prompt, rawPrompt, TEXT_ONLY } from './prompt.ts'
import { replyTransform } from './reply-transform.ts'
import { textTurn } from './turn.ts'

function conversation(prefill = ''): Prompt {
  return conversationPrompt({ systemText: '', turns: [textTurn('user', 'Hi')], prefill, ...TEXT_ONLY })
}

function text(prompt = '\n\nHuman: Hi\n\nAssistant:'): Prompt {
  return parsePrompt(prompt, { literalNewlineMarkers: false, startErrorFormat: 'long' })
}

async function fitted(prompt: Prompt, promptShape: 'text' | 'turns', texts: readonly string[]) {
  let isSourceEnded = false
  async function* source(): AsyncGenerator<CompletionEvent> {
    try {
      for (const piece of texts) yield { type: 'text-delta', text: piece, completionTokens: 1 }
      yield { type: 'completion-end', stopReason: 'max-tokens', stopSequence: null }
    } finally {
      isSourceEnded = true
    }
  }
  let [joined, completionTokens, end] = ['', 0, '']
  for await (const event of flatEvents(
    transformEvents(oneByOne(source()), replyTransform(prompt, promptShape)),
  )) {
    if (event.type === 'text-delta') {
      joined += event.text
      completionTokens += event.completionTokens
    }
    if (event.type === 'completion-end') end = event.stopReason
  }
  return { joined, completionTokens, end, isSourceEnded }
}

describe('replyTransform', () => {
  it.each<[string, Prompt, 'text' | 'turns', string[], string]>([
    ['a text by way of turns begins with a space', text(), 'turns', ['Hello'], ' Hello'],
    ['a prefill is gone on with', text('\n\nHuman: Hi\n\nAssistant: He'), 'turns', ['llo'], 'llo'],
    ['a text that a chat model continues begins with a space too', text(), 'text', ['Hello'], ' Hello'],
    ['a text that a model continues on a new line', text(), 'text', ['\n', 'Hello'], '\nHello'],
    ['a text stays as it is', text(), 'text', [' Hello', '\n\nHuman: x'], ' Hello\n\nHuman: x'],
    [
      'what a template ends is not looked at',
      conversation(),
      'turns',
      ['Hello', '\n\nHuman: x'],
      'Hello\n\nHuman: x',
    ],
    ['a reply in turns begins at once too', conversation(), 'turns', [' ', 'Hello'], 'Hello'],
    ['a reply begins at once', conversation(), 'text', [' ', '\n', ' Hello ', 'you'], 'Hello you'],
    ['a prefilled reply keeps its space', conversation('Hello'), 'text', [' you'], ' you'],
    ['what has no turns keeps them all', rawPrompt('a'), 'text', [' b', '\n\nHuman: x'], ' b\n\nHuman: x'],
  ])('%s', async (_, prompt, promptShape, texts, expected) => {
    const { joined, completionTokens, end } = await fitted(prompt, promptShape, texts)
    expect(joined).toBe(expected)
    expect(completionTokens).toBe(texts.length)
    expect(end).toBe('max-tokens')
  })

  it("ends a reply, and its source, before the user's next turn", async () => {
    const result = await fitted(conversation(), 'text', [' Hello\n', '\nHum', 'an: and', ' more'])
    expect(result).toEqual({
      joined: 'Hello',
      completionTokens: 3,
      end: 'end-of-generation',
      isSourceEnded: true,
    })
  })

  it('ends a reply that holds nothing but the next turn', async () => {
    const result = await fitted(conversation(), 'text', ['\n\nHuman: x'])
    expect(result).toMatchObject({ joined: '', completionTokens: 1, end: 'end-of-generation' })
  })
})
