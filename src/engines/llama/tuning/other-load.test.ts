import { describe, expect, it } from 'vitest'
import { processorTimes, wasBusy } from './other-load.ts'

const START = { busyMs: 1_000, idleMs: 5_000, ownMs: 300 }

/** A second on two processors: this process uses `ownMs`, others `otherMs`. */
function later(ownMs: number, otherMs: number) {
  return {
    busyMs: START.busyMs + ownMs + otherMs,
    idleMs: START.idleMs + 2_000 - ownMs - otherMs,
    ownMs: START.ownMs + ownMs,
  }
}

describe('wasBusy', () => {
  it('is about what others used, not about this process', () => {
    expect(wasBusy(START, later(1_950, 50))).toBe(false)
    expect(wasBusy(START, later(1_000, 190))).toBe(false)
    expect(wasBusy(START, later(1_000, 210))).toBe(true)
    expect(wasBusy(START, later(0, 2_000))).toBe(true)
  })

  it('is false where nothing is known, or too little time passed', () => {
    const unknown = { busyMs: 0, idleMs: 0, ownMs: 0 }
    expect(wasBusy(unknown, { ...unknown, ownMs: 100 })).toBe(false)
    expect(wasBusy(START, START)).toBe(false)
  })
})

describe('processorTimes', () => {
  it('only grow', () => {
    const before = processorTimes()
    const now = processorTimes()
    expect(now.busyMs).toBeGreaterThanOrEqual(before.busyMs)
    expect(now.ownMs).toBeGreaterThanOrEqual(before.ownMs)
    expect(before.ownMs).toBeGreaterThan(0)
  })
})
