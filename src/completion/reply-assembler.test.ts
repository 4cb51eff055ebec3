import { describe, expect, it } from 'vitest'
import { ReplyAssembler, type ReplyAssemblerOptions } from './reply-assembler.ts'
import type { ReplyPart } from './reply-part.ts'

function assembler(options: Partial<ReplyAssemblerOptions> = {}) {
  return new ReplyAssembler({
    showsThinking: true,
    showsText: true,
    endsWithToolCall: false,
    endsWithRepeatedCall: false,
    ...options,
  })
}

const thinking: ReplyPart = { type: 'thinking', text: 'Hm.' }
const signature: ReplyPart = { type: 'thinking-signature', signature: 's' }
const text: ReplyPart = { type: 'text', text: 'So.' }
const call: readonly ReplyPart[] = [
  { type: 'tool-call-start', id: 'a', name: 'f' },
  { type: 'tool-input', json: '{}' },
  { type: 'tool-call-end' },
]

describe('ReplyAssembler', () => {
  it('gives all tokens to the first delta of the parts', () => {
    expect(assembler().add([signature, thinking, text, ...call], 7)).toEqual([
      signature,
      { type: 'thinking-delta', text: 'Hm.', completionTokens: 7 },
      { type: 'text-delta', text: 'So.', completionTokens: 0 },
      { type: 'tool-call-start', id: 'a', name: 'f', completionTokens: 0 },
      { type: 'tool-input-delta', json: '{}', completionTokens: 0 },
    ])
  })

  it('carries tokens without parts over to the next delta', () => {
    const reply = assembler()
    expect(reply.add([], 2)).toEqual([])
    expect(reply.add([text], 1)).toEqual([{ type: 'text-delta', text: 'So.', completionTokens: 3 }])
  })

  it.each<[string, readonly ReplyPart[], object]>([
    ['thinking', [thinking], { type: 'thinking-delta', text: '' }],
    ['text', [thinking, text], { type: 'text-delta', text: '' }],
    ['the start of a tool call', call.slice(0, 1), { type: 'tool-input-delta', json: '' }],
    ['the input of a tool call', call, { type: 'tool-input-delta', json: '' }],
    ['redacted thinking after a tool call', [...call, signature], { type: 'thinking-delta', text: '' }],
  ])('flushes tokens that follow %s in a delta of the same kind', (_, parts, delta) => {
    const reply = assembler({ showsLateThinking: true })
    reply.add(parts, 1)
    expect(reply.flush()).toBeNull()
    reply.add([], 4)
    expect(reply.flush()).toEqual({ ...delta, completionTokens: 4 })
    expect(reply.flush()).toBeNull()
  })

  it('flushes no tokens while the reply may begin with thinking', () => {
    const [thinkingReply, plainReply] = [assembler(), assembler({ showsThinking: false })]
    for (const reply of [thinkingReply, plainReply]) reply.add([], 2)
    expect(thinkingReply.flush()).toBeNull()
    expect(plainReply.flush()).toEqual({ type: 'text-delta', text: '', completionTokens: 2 })
    expect(thinkingReply.end('max-tokens', null)).toEqual([
      { type: 'text-delta', text: '', completionTokens: 2 },
      { type: 'completion-end', stopReason: 'max-tokens', stopSequence: null },
    ])
  })

  it.each([['text', [text]] as const, ['a tool call', call] as const])(
    'leaves out thinking that comes after %s, unless it is to be shown',
    (_, parts) => {
      const reply = assembler()
      reply.add(parts, 1)
      expect(reply.add([thinking, signature], 1)).toEqual([])
      const other = assembler({ showsLateThinking: true })
      other.add(parts, 1)
      expect(other.add([thinking, signature], 1)).toMatchObject([{ type: 'thinking-delta' }, signature])
    },
  )

  it('leaves out thinking and text that are not shown, but counts their tokens', () => {
    const reply = assembler({ showsThinking: false, showsText: false })
    expect(reply.add([thinking, signature, text], 3)).toEqual([])
    expect(reply.add(call, 1)[0]).toMatchObject({ type: 'tool-call-start', completionTokens: 4 })
  })

  it('ends with its first tool call when asked to', () => {
    const reply = assembler({ endsWithToolCall: true })
    expect(reply.add([...call, ...call, text], 1)).toHaveLength(2)
    expect(reply.isOver).toBe(true)
    expect(reply.add([text], 1)).toEqual([])
    const several = assembler()
    expect(several.add([...call, ...call, text], 1)).toHaveLength(5)
    expect(several.isOver).toBe(false)
  })

  it.each([
    ['end-of-generation', call, 'tool-call'],
    ['tool-call', call, 'tool-call'],
    ['max-tokens', call, 'max-tokens'],
    ['end-of-generation', [text], 'end-of-generation'],
    ['tool-call', [text], 'end-of-generation'],
  ] as const)('ends a reply that stops for %s', (reason, parts, stopReason) => {
    const reply = assembler()
    reply.add(parts, 1)
    expect(reply.end(reason, null)).toEqual([{ type: 'completion-end', stopReason, stopSequence: null }])
  })
})
