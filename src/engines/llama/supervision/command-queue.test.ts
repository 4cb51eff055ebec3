import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EngineCommand } from '../protocol/engine-command.ts'
import { CommandQueue } from './command-queue.ts'

const count = (id: number): EngineCommand => ({
  type: 'count-tokens',
  id,
  prompt: [{ text: 'x', parseSpecial: false }],
  tokens: null,
})
const cancel = (id: number): EngineCommand => ({ type: 'cancel', id })

function setUp() {
  const written: EngineCommand[] = []
  let done: (() => void) | null = null
  const queue = new CommandQueue((command, isDone) => {
    if (done !== null) throw new Error('one at a time')
    written.push(command)
    done = isDone
  })
  const read = () => {
    const taken = done
    done = null
    taken?.()
    return taken !== null
  }
  return { queue, written, read }
}

describe('CommandQueue', () => {
  it('writes commands one by one, in order', () => {
    const { queue, written, read } = setUp()
    const sent = [count(1), { type: 'ping' } as const, count(2), cancel(1)]
    for (const command of sent) queue.send(command)
    expect(written).toEqual(sent.slice(0, 1))
    while (read());
    expect(written).toEqual(sent)
  })

  it('writes neither a request that is cancelled before its turn nor the cancellation', () => {
    const { queue, written, read } = setUp()
    queue.send(count(1))
    for (let id = 2; id < 10_000; id++) {
      queue.send(count(id))
      queue.send(cancel(id))
    }
    expect(queue.length).toBe(0)
    queue.send(cancel(1))
    while (read());
    expect(written).toEqual([count(1), cancel(1)])
  })

  it('holds at most the open requests, whenever the process reads', () => {
    const step = fc.constantFrom('send', 'cancel', 'read')
    fc.assert(fc.property(fc.array(step, { maxLength: 200 }), checkBound))
  })
})

function checkBound(steps: readonly ('send' | 'cancel' | 'read')[]): void {
  const { queue, written, read } = setUp()
  const open: number[] = []
  let cancelledAfterWrite = 0
  const act = {
    send: (id: number) => {
      queue.send(count(id))
      open.push(id)
    },
    cancel: () => {
      const oldest = open.shift()
      if (oldest === undefined) return
      if (written.some((command) => 'id' in command && command.id === oldest)) cancelledAfterWrite++
      queue.send(cancel(oldest))
    },
    read: () => read(),
  }
  for (const [id, action] of steps.entries()) {
    act[action](id)
    expect(queue.length).toBeLessThanOrEqual(open.length + cancelledAfterWrite)
  }
  while (read());
  for (const id of open) expect(written).toContainEqual(count(id))
  expect(written.filter(({ type }) => type === 'cancel').length).toBe(cancelledAfterWrite)
}
