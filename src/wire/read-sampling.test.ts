import { describe, expect, it } from 'vitest'
import { readSampling } from './read-sampling.ts'

describe('readSampling', () => {
  it.each([
    [{}, { temperature: 1, topP: null, topK: null }],
    [
      { temperature: null, top_p: null, top_k: null },
      { temperature: 1, topP: null, topK: null },
    ],
    [
      { temperature: 0, top_p: 0, top_k: 0 },
      { temperature: 0, topP: 0, topK: 0 },
    ],
    [{ top_k: 1e300 }, { temperature: 1, topP: null, topK: 2 ** 31 - 1 }],
  ])('reads %j', (fields, sampling) => {
    expect(readSampling(fields)).toEqual(sampling)
  })
})
