import { expect, test } from 'vitest'
import { longestTokenBytes } from './longest-token-bytes.ts'
import { TokenTexts } from './token-texts.ts'

const BYTES = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte))

function longestOf(tokens: readonly (Uint8Array | string)[]): number | null {
  const bytes = tokens.map((token) => (typeof token === 'string' ? Buffer.from(token) : token))
  return longestTokenBytes(
    new TokenTexts(bytes.length, (token) => bytes[token] ?? new Uint8Array()),
    bytes.length,
  )
}

test('longestTokenBytes counts bytes, also of parts of characters', () => {
  expect(longestOf([...BYTES, 'word', ''])).toBe(4)
  expect(longestOf([...BYTES, 'word', '中中'])).toBe(6)
  expect(longestOf([...BYTES, 'word', Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80)])).toBe(5)
})

test('longestTokenBytes returns null for a vocabulary that lacks a byte', () => {
  expect(longestOf([...BYTES.filter(([byte]) => byte !== 0xe4), 'word'])).toBe(null)
  expect(longestOf(['word'])).toBe(null)
  const some = BYTES.filter(([byte = 0]) => byte > 0x20 && byte !== 0x7f && byte < 0xf5)
  expect(longestOf([...some.filter(([byte]) => byte !== 0xc0 && byte !== 0xc1), 'word'])).toBe(4)
})
