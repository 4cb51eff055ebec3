import { describe, expect, it } from 'vitest'
import { TurnBuilder } from './turn-builder.ts'

const text = (value: string) => ({ type: 'text' as const, text: value })
const result = { type: 'tool-result' as const, toolCallId: 'a', parts: [text('4')], isError: false }

function builderOf(...turns: readonly (readonly ['user' | 'assistant', ...string[]])[]): TurnBuilder {
  const builder = new TurnBuilder('messages')
  for (const [role, ...texts] of turns) builder.add({ role, parts: texts.map(text) })
  return builder
}

describe('TurnBuilder', () => {
  it('joins system texts, one per line, without the empty ones', () => {
    const builder = builderOf(['user', 'Hi'])
    for (const systemText of ['Be kind.', '', 'Be short.']) builder.addSystemText(systemText)
    expect(builder.conversation().systemText).toBe('Be kind.\nBe short.')
  })

  it('makes one turn of adjacent messages of one role, with an empty line between their texts', () => {
    const builder = builderOf(['user', 'a'], ['user', 'b', 'c'], ['assistant', 'd'], ['user', 'e'])
    expect(builder.conversation().turns).toEqual([
      { role: 'user', parts: [text('a\n\nb\n\nc')] },
      { role: 'assistant', parts: [text('d')] },
      { role: 'user', parts: [text('e')] },
    ])
  })

  it('joins no texts across a tool result', () => {
    const builder = builderOf(['user', 'a'])
    builder.add({ role: 'user', parts: [result] })
    builder.add({ role: 'user', parts: [text('b')] })
    expect(builder.conversation().turns).toEqual([{ role: 'user', parts: [text('a'), result, text('b')] }])
  })

  it('skips messages without content', () => {
    const builder = builderOf(['user', 'a'], ['assistant'], ['user', 'b'])
    expect(builder.conversation().turns).toHaveLength(1)
  })

  it('takes a last text of the assistant as the prefill, without white space at its end', () => {
    expect(builderOf(['user', 'a'], ['assistant', 'Once \n']).conversation()).toEqual({
      systemText: '',
      turns: [{ role: 'user', parts: [text('a')] }],
      prefill: 'Once',
    })
  })

  it('takes system texts alone as the turn of the user', () => {
    const builder = builderOf()
    builder.addSystemText('Say hi.')
    expect(builder.conversation()).toEqual({
      systemText: '',
      turns: [{ role: 'user', parts: [text('Say hi.')] }],
      prefill: '',
    })
  })

  it('refuses a conversation without content', () => {
    expect(() => builderOf(['user']).conversation()).toThrow(
      'messages: at least one message with content is required',
    )
  })
})
