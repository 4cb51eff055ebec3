import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Watchdog } from './watchdog.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setUp(limitMs = 3_000, waitedShare = 0) {
  const clock = { ms: 0 }
  let checkedMs = 0
  const events: string[] = []
  const watchdog = new Watchdog({
    limitMs,
    ping: () => events.push('ask'),
    onChange: (isUnresponsive) => events.push(isUnresponsive ? 'unresponsive' : 'back'),
    onTimeout: () => events.push('stuck'),
    waitedMs: () => {
      const passedMs = clock.ms - checkedMs
      checkedMs = clock.ms
      return passedMs * waitedShare
    },
    nowMs: () => clock.ms,
  })
  /** Time in which this process runs. */
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      clock.ms += 10
      vi.advanceTimersByTime(10)
    }
  }
  return { watchdog, events, clock, pass }
}

describe('Watchdog', () => {
  it('keeps pinging a process that responds', () => {
    const { watchdog, events, pass } = setUp()
    for (let second = 0; second < 60; second++) {
      pass(100)
      watchdog.reset()
    }
    expect(new Set(events)).toEqual(new Set(['ask']))
    expect(events.length).toBe(60)
  })

  it('pings a silent process once, reports it as unresponsive, and times out', () => {
    const { watchdog, events, pass } = setUp()
    pass(300)
    expect([events, watchdog.isUnresponsive]).toEqual([['ask'], false])
    pass(100)
    expect([events, watchdog.isUnresponsive]).toEqual([['ask', 'unresponsive'], true])
    pass(2_500)
    expect(events).toEqual(['ask', 'unresponsive'])
    pass(100)
    expect(events).toEqual(['ask', 'unresponsive', 'stuck'])
    pass(60_000)
    expect(events.length).toBe(3)
  })

  it('reports that a process responds again, and restarts the time limit', () => {
    const { watchdog, events, pass } = setUp()
    pass(2_900)
    watchdog.reset()
    pass(2_900)
    watchdog.reset()
    expect(events).toEqual(['ask', 'unresponsive', 'back', 'ask', 'unresponsive', 'back'])
  })

  it('ignores time in which its own process did not run', () => {
    const { watchdog, events, clock, pass } = setUp()
    pass(100)
    clock.ms += 3_600_000
    pass(100)
    expect([events, watchdog.isUnresponsive]).toEqual([['ask'], false])
    pass(2_600)
    expect(events).toEqual(['ask', 'unresponsive'])
    pass(100)
    expect(events.at(-1)).toBe('stuck')
  })

  it('counts little of the time in which the process waits for a processor', () => {
    const half = setUp(3_000, 0.5)
    half.pass(600)
    expect([half.events, half.watchdog.isUnresponsive]).toEqual([['ask'], false])
    half.pass(200)
    expect(half.events).toEqual(['ask', 'unresponsive'])
    const always = setUp(3_000, 1)
    always.pass(3_000)
    expect([always.events, always.watchdog.isUnresponsive]).toEqual([['ask'], false])
    always.pass(27_200)
    expect(always.events).toEqual(['ask', 'unresponsive', 'stuck'])
  })

  it('watches nothing without a limit or after stop', () => {
    const unlimited = setUp(0)
    unlimited.pass(60_000)
    const stopped = setUp()
    stopped.watchdog.stop()
    stopped.pass(60_000)
    expect([unlimited.events, stopped.events, vi.getTimerCount()]).toEqual([[], [], 0])
  })
})
