import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MAX_REMEMBERED, SettingsMemory, type TunedSettings } from './settings-memory.ts'

const SETTINGS: TunedSettings = {
  ...{ threads: 2, kvCache: 'per-sequence', flashAttention: true, wideBatchTokens: 8 },
}
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-settings-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('SettingsMemory', () => {
  it('returns what was kept for the same key', () => {
    const memory = new SettingsMemory(join(folder, 'made', 'by', 'it'))
    expect(memory.read(['a', 1])).toBeNull()
    memory.write(['a', 1], SETTINGS)
    memory.write(['b', 1], { ...SETTINGS, threads: 1 })
    expect(memory.read(['a', 1])).toEqual(SETTINGS)
    expect(memory.read(['b', 1])?.threads).toBe(1)
    expect(memory.read(['a', 2])).toBeNull()
  })

  it('ignores files that are something else', () => {
    const inner = join(folder, 'broken')
    const memory = new SettingsMemory(inner)
    memory.write(['a'], SETTINGS)
    const [name = ''] = readdirSync(inner)
    const wrong = [
      ...['', 'null', '[]', '"text"', '{"threads":2'],
      ...[{ threads: 0 }, { threads: 513 }, { threads: '2' }, { threads: 1.5 }].map((part) =>
        JSON.stringify({ ...SETTINGS, ...part }),
      ),
      ...[
        { kvCache: 'other' },
        { flashAttention: 1 },
        { wideBatchTokens: 33 },
        { wideBatchTokens: null },
      ].map((part) => JSON.stringify({ ...SETTINGS, ...part })),
    ]
    for (const text of wrong) {
      writeFileSync(join(inner, name), text)
      expect(memory.read(['a']), text).toBeNull()
    }
  })

  it('keeps no more than its bound, and the newest of them', () => {
    const inner = join(folder, 'many')
    const memory = new SettingsMemory(inner)
    memory.write(['oldest'], SETTINGS)
    const [oldest = ''] = readdirSync(inner)
    utimesSync(join(inner, oldest), 1, 1)
    for (let index = 0; index < MAX_REMEMBERED; index++) memory.write([index], SETTINGS)
    expect(readdirSync(inner).length).toBe(MAX_REMEMBERED)
    expect(memory.read(['oldest'])).toBeNull()
    expect(memory.read([MAX_REMEMBERED - 1])).toEqual(SETTINGS)
  })

  it('keeps nothing without a folder, or where it cannot be written', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    for (const place of [null, file, join(file, 'inside')]) {
      const memory = new SettingsMemory(place)
      memory.write(['a'], SETTINGS)
      expect(memory.read(['a'])).toBeNull()
    }
  })
})
