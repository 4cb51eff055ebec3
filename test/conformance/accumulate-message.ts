import { expect } from 'vitest'
import type { SentMessage } from './message-case.ts'

interface StreamedEvent {
  readonly type: string
  readonly index?: number
  readonly message?: SentMessage
  readonly content_block?: Block
  readonly delta?: Readonly<Record<string, string>>
  readonly usage?: object
  readonly context_management?: object
}

type Block = Record<string, unknown>

/** Accumulates a stream like the official SDKs, and fails where they would. */
export function accumulate(events: readonly object[]): SentMessage {
  const [start, ...rest] = events as StreamedEvent[]
  expect(start?.type).toBe('message_start')
  const message = structuredClone(start?.message) as SentMessage
  const blocks: Block[] = []
  let json = ''
  let isOpen = false
  let end: object = {}
  for (const event of rest) {
    if (event.type === 'content_block_start') {
      expect([event.index, isOpen]).toEqual([blocks.length, false])
      blocks.push(structuredClone(event.content_block ?? {}))
      isOpen = true
      json = ''
    } else if (event.type.startsWith('content_block')) {
      expect([event.index, isOpen]).toEqual([blocks.length - 1, true])
      const block = blocks.at(-1) ?? {}
      json += applyDelta(block, event.delta ?? { type: '' })
      isOpen = event.type !== 'content_block_stop'
      if (!isOpen && block.type === 'tool_use' && json !== '') block.input = JSON.parse(json)
    } else if (event.type === 'message_delta') {
      expect(isOpen).toBe(false)
      const { delta, usage, context_management } = event
      end = {
        ...delta,
        usage: { ...message.usage, ...usage },
        ...(context_management && { context_management }),
      }
    }
  }
  expect(rest.at(-1)).toEqual({ type: 'message_stop' })
  return { ...message, content: blocks, ...end }
}

/** @returns the part that the delta adds to the input of a call */
function applyDelta(block: Block, delta: Readonly<Record<string, string>>): string {
  if (delta.type === 'text_delta') block.text = `${block.text}${delta.text}`
  if (delta.type === 'thinking_delta') block.thinking = `${block.thinking}${delta.thinking}`
  if (delta.type === 'signature_delta') block.signature = delta.signature
  return delta.partial_json ?? ''
}
