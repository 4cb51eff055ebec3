import { describe, expect, it } from 'vitest'
import { textTurns } from './text-turns.ts'

describe('textTurns', () => {
  it('reads system text, turns and a prefill', () => {
    expect(
      textTurns('Be brief.\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: How?\n\nAssistant: It is'),
    ).toEqual({
      system: 'Be brief.',
      messages: [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: 'Hello' },
        { role: 'user', content: 'How?' },
        { role: 'assistant', content: 'It is' },
      ],
    })
    expect(textTurns('\n\nHuman: Hi\n\nAssistant:')?.messages).toEqual([{ role: 'user', content: 'Hi' }])
  })

  it.each(['', 'Hi', '\n\nHuman: Hi', '\n\nAssistant: Hi', '\n\nHuman: \n\nAssistant:'])(
    'reads no turns in %j',
    (text) => {
      expect(textTurns(text)).toBeNull()
    },
  )
})
