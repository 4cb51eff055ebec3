import { describe, expect, it } from 'vitest'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import { OpenRequests } from './open-requests.ts'

const START: CompletionEvent = { type: 'completion-start', promptTokens: 3 }
const PREFILL: CompletionEvent = { type: 'prefill-start', reusedPromptTokens: 0 }
const NEVER = new AbortController().signal

function setUp() {
  const seen: string[] = []
  const requests = new OpenRequests({
    onOpen: () => seen.push('open'),
    onCancel: (id) => seen.push(`cancel ${id}`),
    onIdle: () => seen.push('idle'),
  })
  return { seen, requests }
}

describe('OpenRequests', () => {
  it('gives each request its own results', async () => {
    const { requests } = setUp()
    const [one, other] = [requests.openGeneration(NEVER), requests.openGeneration(NEVER)]
    const count = requests.openTokenCount(NEVER)
    requests.receive([
      { id: one.id, events: [START, PREFILL] },
      { id: other.id, events: [START] },
    ])
    requests.receiveTokenCount(count.id, 7)
    expect(await one.results.takeAll()).toEqual([START, PREFILL])
    expect(await other.results.takeAll()).toEqual([START])
    expect(await count.results.takeAll()).toEqual([7])
  })

  it('fails a request after the events that came before its error', async () => {
    const { requests } = setUp()
    const { id, results } = requests.openGeneration(NEVER)
    requests.receive([
      { id, events: [START] },
      { id, error: { code: 'prompt-too-long', message: 'too long' } },
    ])
    expect(await results.takeAll()).toEqual([START])
    await expect(results.takeAll()).rejects.toMatchObject({ code: 'prompt-too-long', message: 'too long' })
  })

  it('cancels a request once, by its signal or by hand', async () => {
    const { seen, requests } = setUp()
    const controller = new AbortController()
    const aborted = requests.openGeneration(controller.signal)
    const cancelled = requests.openTokenCount(NEVER)
    controller.abort()
    aborted.cancel()
    cancelled.cancel()
    cancelled.cancel()
    expect(seen).toEqual(['open', 'open', 'cancel 1', 'cancel 2', 'idle'])
    await expect(aborted.results.takeAll()).rejects.toMatchObject({ code: 'cancelled' })
    expect(requests.size).toBe(0)
  })

  it('cancels nothing of a request that is over', () => {
    const { seen, requests } = setUp()
    const { id, cancel } = requests.openGeneration(NEVER)
    const count = requests.openTokenCount(NEVER)
    const end: CompletionEvent = { type: 'completion-end', stopReason: 'max-tokens', stopSequence: null }
    requests.receive([{ id, events: [START, end] }])
    requests.receiveTokenCount(count.id, 7)
    cancel()
    count.cancel()
    expect(seen).toEqual(['open', 'open', 'idle'])
    expect(requests.size).toBe(0)
  })

  it('refuses only requests of which nothing was received', async () => {
    const { requests } = setUp()
    const [begun, waiting] = [requests.openGeneration(NEVER), requests.openTokenCount(NEVER)]
    requests.receive([{ id: begun.id, events: [START] }])
    requests.refuseUnbegun()
    await expect(waiting.results.takeAll()).rejects.toMatchObject({ code: 'overloaded' })
    expect(await begun.results.takeAll()).toEqual([START])
  })

  it('counts busy sequences and queued requests by their events', () => {
    const { requests } = setUp()
    const [one, other] = [requests.openGeneration(NEVER), requests.openGeneration(NEVER)]
    for (const { id } of [one, other]) requests.occupancy.submit(id)
    requests.receive([{ id: one.id, events: [START, PREFILL] }])
    expect(requests.occupancy).toMatchObject({ busySequences: 1, queuedRequests: 1 })
    const end: CompletionEvent = { type: 'completion-end', stopReason: 'max-tokens', stopSequence: null }
    requests.receive([
      { id: one.id, events: [end] },
      { id: other.id, error: { code: 'engine-failed', message: 'it broke' } },
    ])
    expect(requests.occupancy).toMatchObject({ busySequences: 0, queuedRequests: 0 })
  })
})
