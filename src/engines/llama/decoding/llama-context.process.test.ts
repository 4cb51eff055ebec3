import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const PROGRAM = fileURLToPath(new URL('../../../../test/grow-kv-cache-process.ts', import.meta.url))

describe('a KV cache that grows', () => {
  it.each([
    ['f16', 'per-sequence', 'on'],
    ['f16', 'per-sequence', 'off'],
    ['f16', 'unified', 'on'],
    ['q8_0', 'per-sequence', 'on'],
    ['q4_0', 'per-sequence', 'on'],
  ])('keeps what its sequences hold: %s, %s, flash attention %s', (...settings) => {
    const output = execFileSync(process.execPath, [PROGRAM, ...settings], {
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    })
    const [whole, grown] = JSON.parse(output) as number[][]
    expect(grown).toEqual(whole)
    expect(new Set(whole).size).toBeGreaterThan(1)
  })
})
