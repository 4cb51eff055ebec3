import { describe, expect, it } from 'vitest'
import { drainServer } from './drain-server.ts'

/** A server whose requests end when the given step happens. */
function serverThatEndsAt(step: 'drain' | 'close engines' | 'close connections') {
  const steps: string[] = []
  let end: () => void = () => undefined
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const take = (name: string) => {
    steps.push(name)
    if (name === step) end()
  }
  return {
    steps,
    server: {
      drain() {
        take('drain')
        return ended
      },
      closeNow: () => take('close connections'),
    },
    continuo: { drain: () => take('refuse requests'), close: async () => take('close engines') },
    onLate: () => take('late'),
  }
}

describe('drainServer', () => {
  it('refuses new requests, and closes nothing if running ones finish in time', async () => {
    const { steps, ...parts } = serverThatEndsAt('drain')
    await drainServer({ ...parts, drainMs: 60_000 })
    expect(steps).toEqual(['refuse requests', 'drain'])
  })

  it('closes the engines when the time is over', async () => {
    const { steps, ...parts } = serverThatEndsAt('close engines')
    await drainServer({ ...parts, drainMs: 0 })
    expect(steps).toEqual(['refuse requests', 'drain', 'late', 'close engines'])
  })

  it('closes connections that do not take the end of their response', async () => {
    const { steps, ...parts } = serverThatEndsAt('close connections')
    await drainServer({ ...parts, drainMs: 0, farewellMs: 0 })
    expect(steps).toEqual(['refuse requests', 'drain', 'late', 'close engines', 'close connections'])
  })
})
