import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MAX_LOOKUPS_PER_SECOND, MAX_MISSES, MISS_MS, MissedKeys } from './missed-keys.ts'

const NOTHING = () => Promise.resolve(undefined)
const OVERLOADED = expect.objectContaining({ code: 'overloaded' })

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

describe('MissedKeys', () => {
  it('looks a secret up that it knows nothing of, and passes on what is found', async () => {
    const missed = new MissedKeys<string>()
    expect(await missed.lookUp('a', () => Promise.resolve('found'))).toBe('found')
    // What is found is kept elsewhere: it is no miss.
    expect(await missed.lookUp('a', () => Promise.resolve('again'))).toBe('again')
  })

  it('does not look again for a second, unless there are new keys', async () => {
    const missed = new MissedKeys<string>()
    expect(await missed.lookUp('a', NOTHING)).toBeNull()
    expect(missed.lookUp('a', NOTHING)).toBeNull()
    missed.clear()
    expect(missed.lookUp('a', NOTHING)).toBeInstanceOf(Promise)
    await missed.lookUp('a', NOTHING)
    vi.advanceTimersByTime(MISS_MS)
    expect(missed.lookUp('a', NOTHING)).toBeInstanceOf(Promise)
  })

  it('refuses more lookups than the database should have in a second', async () => {
    const missed = new MissedKeys<string>()
    for (let n = 0; n < MAX_LOOKUPS_PER_SECOND; n++) await missed.lookUp(`${n}`, NOTHING)
    expect(() => missed.lookUp('one more', NOTHING)).toThrow(OVERLOADED)
    expect(missed.lookUp('0', NOTHING)).toBeNull()
    vi.advanceTimersByTime(1_000)
    expect(missed.lookUp('one more', NOTHING)).toBeInstanceOf(Promise)
  })

  it('keeps a bounded number of misses, the latest', async () => {
    vi.useRealTimers()
    let nowMs = 0
    // Time passes for the count of lookups, and stands still for misses.
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
    const missed = new MissedKeys<string>()
    try {
      for (let n = 0; n <= MAX_MISSES; n++) {
        if (n % MAX_LOOKUPS_PER_SECOND === 0) nowMs += 1_000
        const lookup = missed.lookUp(`${n}`, NOTHING)
        clock.mockImplementation(() => 1e9)
        await lookup
        clock.mockImplementation(() => nowMs)
      }
      nowMs = 1e9
      expect(missed.lookUp('1', NOTHING)).toBeNull()
      expect(missed.lookUp('0', NOTHING)).toBeInstanceOf(Promise)
    } finally {
      clock.mockRestore()
    }
  })

  it('does not call a key unknown that cannot be looked up', async () => {
    const missed = new MissedKeys<string>()
    const failing = missed.lookUp('a', () => Promise.reject(new Error('down')))
    await expect(failing).rejects.toEqual(OVERLOADED)
    expect(await missed.lookUp('a', () => Promise.resolve('found'))).toBe('found')
  })
})
