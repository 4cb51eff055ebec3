import { expect, it } from 'vitest'
import { fillTile, TILE_TOKENS } from './trim-reuse-to-tile.ts'

it('gives up as much of a long prefix as makes the rest a whole tile', () => {
  expect(fillTile(1_900, 1_945)).toBe(1_945 - TILE_TOKENS)
  expect(fillTile(1_900, 1_963)).toBe(1_963 - TILE_TOKENS)
})

it('keeps all of the prefix where the rest is short, a tile or more', () => {
  for (const rest of [1, 20, 32, 64, 65, 100, 500]) expect(fillTile(1_900, 1_900 + rest)).toBe(1_900)
})

it('keeps all of a short prefix: there the tokens cost more than attention to them', () => {
  expect(fillTile(500, 545)).toBe(500)
})
