import { describe, expect, it } from 'vitest'
import { type Conversation, conversationPrompt } from './conversation-prompt.ts'
import { parsePrompt } from './human-assistant-prompt.ts'
import { TEXT_ONLY } from './prompt.ts'
import { textTurn } from './turn.ts'

function conversation(change: Partial<Conversation>): Conversation {
  return { systemText: '', turns: [textTurn('user', 'Hi')], prefill: '', ...TEXT_ONLY, ...change }
}

describe('conversationPrompt', () => {
  it('writes a conversation as the text of a Text Completions request', () => {
    const turns = [textTurn('user', 'Hi'), textTurn('assistant', 'Hello!'), textTurn('user', 'Who?')]
    const { text } = conversationPrompt(conversation({ systemText: 'Be brief.', turns, prefill: 'I am' }))
    expect(text).toBe('Be brief.\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: Who?\n\nAssistant: I am')
    const read = parsePrompt(text, { literalNewlineMarkers: false, startErrorFormat: 'long' })
    expect(read).toMatchObject({ systemText: 'Be brief.', turns, prefill: 'I am' })
  })

  it('ends with a bare marker when there is no prefill', () => {
    expect(conversationPrompt(conversation({})).text).toBe('\n\nHuman: Hi\n\nAssistant:')
  })

  it('writes tool calls and their results, but no thinking', () => {
    const { text } = conversationPrompt(
      conversation({
        turns: [
          textTurn('user', 'Weather?'),
          {
            role: 'assistant',
            parts: [
              { type: 'thinking', text: 'hmm', signature: null },
              { type: 'tool-call', id: 'toolu_1', name: 'look', input: { city: 'Ulm' } },
            ],
          },
          {
            role: 'user',
            parts: [
              {
                type: 'tool-result',
                toolCallId: 'toolu_1',
                parts: [{ type: 'text', text: 'rain' }],
                isError: false,
              },
            ],
          },
        ],
      }),
    )
    expect(text).toBe('\n\nHuman: Weather?\n\nAssistant: look {"city":"Ulm"}\n\nHuman: rain\n\nAssistant:')
  })
})
