import { describe, expect, it } from 'vitest'
import { sizeLabel } from './size-label.ts'

describe('sizeLabel', () => {
  it.each([
    [7_000_000_000, '7B'],
    [1_540_000_000, '1.5B'],
    [70_600_000_000, '71B'],
    [7_040_000, '7M'],
    [124_700_000, '125M'],
    [12_300, '12K'],
    [9, '9'],
  ])('of %d is %s', (parameters, label) => {
    expect(sizeLabel(parameters)).toBe(label)
  })
})
