import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codePoint } from '../../test/code-point.ts'
import { encodeJson } from './encode-json.ts'
import { WorkSlices } from './work-slices.ts'

const encode = async (value: unknown) => Buffer.from(await encodeJson(value, new WorkSlices())).toString()

describe('encodeJson', () => {
  it('writes as JSON.stringify does, short values and long ones', async () => {
    const long = fc.constantFrom('a'.repeat(70_000), `${'a'.repeat(65_535)}😀"\n`, '\ud800'.repeat(70_000))
    const many = fc
      .array(fc.jsonValue({ maxDepth: 0 }), { minLength: 1, maxLength: 3 })
      .map((some) => Array(1100).fill(some))
    const leaf = fc.oneof(fc.jsonValue(), fc.constant(undefined), long, many)
    const values = fc.dictionary(
      fc.string({ unit: codePoint }),
      fc.oneof(leaf, fc.array(leaf, { maxLength: 2 })),
      {
        maxKeys: 3,
      },
    )
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        expect(await encode(value)).toBe(Buffer.from(JSON.stringify(value)).toString())
      }),
      { numRuns: 20 },
    )
  })

  it('lets others have their turns', async () => {
    let isOver = false
    let turns = 0
    const count = () => {
      turns += 1
      if (!isOver) setImmediate(count)
    }
    setImmediate(count)
    await encode({ a: Array.from({ length: 100_000 }, (_, index) => ({ [`"${index}"`]: '"é\n'.repeat(8) })) })
    isOver = true
    expect(turns).toBeGreaterThan(2)
  })

  it('ends when it is cancelled', async () => {
    const signal = AbortSignal.abort(new Error('left'))
    const encoding = encodeJson(Array(200_000).fill('"é\n'), new WorkSlices(signal))
    await expect(encoding).rejects.toThrow('left')
  })
})
