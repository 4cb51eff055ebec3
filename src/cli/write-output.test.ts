import { describe, expect, it } from 'vitest'
import { OutputError } from './write-output.ts'

describe('OutputError', () => {
  it.each([
    ['EPIPE', true],
    ['ENOSPC', false],
  ])('knows whether %s means that the reader is gone', (code, isReaderGone) => {
    const error = new OutputError(Object.assign(new Error(code), { code }))
    expect(error).toMatchObject({
      isReaderGone,
      message: `Standard output could not be written (${code}).`,
    })
  })
})
