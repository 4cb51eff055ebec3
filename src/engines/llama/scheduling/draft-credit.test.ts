import { describe, expect, it } from 'vitest'
import { DraftCredit } from './draft-credit.ts'

function pauseOf(credit: DraftCredit): number {
  let steps = 0
  while (!credit.allowsDraft()) steps++
  return steps
}

describe('DraftCredit', () => {
  it('pauses longer and longer while drafts cost more than they save', () => {
    const credit = new DraftCredit()
    const pauses = Array.from({ length: 8 }, () => {
      credit.add(-0.6)
      return pauseOf(credit)
    })
    expect(pauses).toEqual([16, 32, 64, 128, 256, 512, 512, 512])
  })

  it('bears a loss with what was saved before, but not with what was saved long ago', () => {
    const credit = new DraftCredit()
    for (let draft = 0; draft < 100; draft++) credit.add(2)
    credit.add(-2)
    expect(pauseOf(credit)).toBe(0)
    credit.add(-1.1)
    expect(pauseOf(credit)).toBe(16)
  })

  it('pauses less long when drafts save again', () => {
    const credit = new DraftCredit()
    for (const steps of [-0.6, -0.1, -0.1]) credit.add(steps)
    expect(pauseOf(credit)).toBe(64)
    credit.add(0.5)
    credit.add(-0.6)
    expect(pauseOf(credit)).toBe(64)
  })

  it('pauses for as long as a loss needs to be little', () => {
    const credit = new DraftCredit()
    credit.add(-5.5)
    expect(pauseOf(credit)).toBe(250)
  })

  it('costs a text that gains nothing few steps', () => {
    const credit = new DraftCredit()
    let drafts = 0
    for (let step = 0; step < 2_000; step++) {
      if (!credit.allowsDraft()) continue
      drafts++
      credit.add(-1.5)
    }
    expect(drafts).toBeLessThan(12)
  })
})
