import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptOrMeasured } from './kept-or-measured.ts'
import { SettingsMemory, type TunedSettings } from './settings-memory.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-settings-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function settings(threads: number): TunedSettings {
  return { threads, kvCache: 'per-sequence', flashAttention: true, wideBatchTokens: 32 }
}

/** A second on two processors, of which others use `otherMs`. */
function timesWith(otherMs: number) {
  const moments = [
    { busyMs: 0, idleMs: 0, ownMs: 0 },
    { busyMs: 500 + otherMs, idleMs: 1_500 - otherMs, ownMs: 500 },
  ]
  return () => moments.shift() ?? { busyMs: 0, idleMs: 0, ownMs: 0 }
}

describe('keptOrMeasured', () => {
  it('measures once, and again where that is asked for', () => {
    const start = (threads: number, again: boolean) =>
      keptOrMeasured({
        ...{ memory: new SettingsMemory(join(folder, 'quiet')), key: ['model'], again },
        ...{ measure: () => settings(threads), times: timesWith(0) },
      }).threads
    expect(start(1, false)).toBe(1)
    expect(start(2, false)).toBe(1)
    expect(start(3, true)).toBe(3)
    expect(start(4, false)).toBe(3)
  })

  it('uses what a busy moment says, but does not keep it', () => {
    const start = (threads: number, otherMs: number, again = false) =>
      keptOrMeasured({
        ...{ memory: new SettingsMemory(join(folder, 'busy')), key: ['model'], again },
        ...{ measure: () => settings(threads), times: timesWith(otherMs) },
      }).threads
    expect(start(1, 1_000)).toBe(1)
    expect(start(2, 0)).toBe(2)
    expect(start(3, 1_000, true)).toBe(3)
    expect(start(4, 0)).toBe(2)
  })
})
