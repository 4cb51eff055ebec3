import { describe, expect, it } from 'vitest'
import { alignedTable } from './aligned-table.ts'

describe('alignedTable', () => {
  it('makes columns as wide as their longest text, and ends no line with spaces', () => {
    expect(
      alignedTable([
        ['id', 'name'],
        ['longer', 'a'],
      ]),
    ).toBe('id      name\nlonger  a\n')
  })

  it('aligns the columns after the left ones to the right', () => {
    expect(
      alignedTable(
        [
          ['model', 'tokens'],
          ['m', '7'],
        ],
        1,
      ),
    ).toBe('model  tokens\nm           7\n')
  })

  it('prints no character that moves the cursor', () => {
    expect(alignedTable([['a\u001b[2J\r\nb']])).toBe('a\ufffd[2J\ufffd\ufffdb\n')
  })

  it('is empty without lines', () => {
    expect(alignedTable([])).toBe('')
  })
})
