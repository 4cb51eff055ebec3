import { describe, expect, it } from 'vitest'
import { TILE_TOKENS, trimReuseToTile } from './trim-reuse-to-tile.ts'

describe('trimReuseToTile', () => {
  it('trims a long prefix so that the rest fills a tile', () => {
    expect(trimReuseToTile(1_900, 1_945)).toBe(1_945 - TILE_TOKENS)
    expect(trimReuseToTile(1_900, 1_963)).toBe(1_963 - TILE_TOKENS)
  })

  it('reuses the whole prefix where the rest is short, or a tile or more', () => {
    for (const rest of [1, 20, 32, 64, 65, 100, 500]) expect(trimReuseToTile(1_900, 1_900 + rest)).toBe(1_900)
  })

  it('reuses the whole of a short prefix', () => {
    expect(trimReuseToTile(500, 545)).toBe(500)
  })
})
