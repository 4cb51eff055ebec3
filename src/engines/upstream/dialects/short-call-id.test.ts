import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isShortCallId, shortCallId } from './short-call-id.ts'

describe('shortCallId', () => {
  it('leaves an id that fits as it is', () => {
    expect(shortCallId('aB3dE6gH9')).toBe('aB3dE6gH9')
  })

  it('makes any other id fit, and different ones of different ids', () => {
    fc.assert(fc.property(fc.string(), (id) => isShortCallId(shortCallId(id))))
    expect(shortCallId('call_1')).not.toBe(shortCallId('call_2'))
    expect(shortCallId('toolu_01')).toBe('5jzgAn20W')
  })
})
