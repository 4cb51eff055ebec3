import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { garbageCollector } from '../../../../test/judges/collect-garbage.ts'
import { conversationPrompt } from '../../../completion/conversation-prompt.ts'
import { textTurn } from '../../../completion/turn.ts'
import { type RenderLimits, RenderThread } from './render-thread.ts'

const NEVER = new AbortController().signal
const open: RenderThread[] = []
afterEach(() => Promise.all(open.splice(0).map((thread) => thread.close())))

/** Keeps ten thousand texts for each character of a question. */
const SOURCE =
  "{% set kept = range(messages[0].content | length * 10000) | map('string') %}{{ messages[0].content }}{{ kept[:0] | join }}"

function threadOf(limits: Partial<RenderLimits>): RenderThread {
  const setup = {
    source: SOURCE,
    beginningOfSequenceText: '',
    endOfSequenceText: '',
    addsBeginningOfSequence: false,
    controlTexts: [],
    userDefinedTexts: [],
  }
  const thread = new RenderThread(setup, { openMs: 60_000, renderMs: 60_000, heapMb: 512, ...limits })
  open.push(thread)
  return thread
}

function render(thread: RenderThread, text: string) {
  const conversation = { systemText: '', turns: [textTurn('user', text)], prefill: '' }
  const more = { tools: [], isThinkingEnabled: false, outputSchema: null }
  return thread.render(conversationPrompt({ ...conversation, ...more }), NEVER)
}

describe('RenderThread', () => {
  it.each<[string, Partial<RenderLimits>, string]>([
    ['time', { renderMs: 1 }, 'it takes more than 0.001 seconds'],
    ['memory', { heapMb: 64 }, 'it takes more than 64 MB of memory'],
  ])('replaces a thread that takes too much %s', async (_, limits, why) => {
    const thread = threadOf(limits)
    await thread.open()
    for (let turn = 0; turn < 2; turn++) {
      await expect(render(thread, 'a'.repeat(60))).rejects.toMatchObject({
        code: 'invalid-request',
        message: `prompt: the model's chat template cannot render it: ${why}`,
      })
    }
    if (limits.heapMb) expect((await render(thread, 'a')).parts).toEqual([{ text: 'a', parseSpecial: true }])
  })

  it('ends a thread that holds much and has nothing to render for long, and starts another one', async () => {
    const thread = threadOf({ idleMs: 100, keptHeapMb: 0 })
    for (let turn = 0; turn < 2; turn++) {
      expect((await render(thread, 'a')).parts).toEqual([{ text: 'a', parseSpecial: true }])
      expect(thread.isRunning).toBe(true)
      await vi.waitUntil(() => !thread.isRunning, { timeout: 10_000 })
    }
  })

  it('keeps a thread that holds little', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    onTestFinished(() => timers.mockRestore())
    const thread = threadOf({ idleMs: 12_345 })
    await render(thread, 'a')
    await render(thread, 'a')
    expect(timers.mock.calls.filter(([, ms]) => ms === 12_345)).toEqual([])
  })

  it('keeps nothing of a prompt that it has rendered', async () => {
    const thread = threadOf({})
    const rendered = new WeakRef(await render(thread, 'a'))
    const collect = garbageCollector()
    await vi.waitUntil(() => {
      collect()
      return rendered.deref() === undefined
    })
    expect(thread.isRunning).toBe(true)
  })

  it('refuses a template that takes too long to load', async () => {
    await expect(threadOf({ openMs: 1 }).open()).rejects.toThrow(
      /cannot be used \(it takes more than 0.001 seconds\)/,
    )
  })
})
