import { describe, expect, it } from 'vitest'
import { readToolInput } from './read-tool-input.ts'

describe('readToolInput', () => {
  it.each<[string, object]>([
    ['', {}],
    [' \n', {}],
    ['{"a":[1,"b"]}', { a: [1, 'b'] }],
    ['{"a":{"b":"cut sh', { a: { b: 'cut sh' } }],
    ['{"a":1,', { a: 1 }],
    ['[1]', {}],
    ['"a"', {}],
    ['null', {}],
    ['not JSON', {}],
    ['{"a":'.repeat(100_000), {}],
  ])('reads %j', (json, input) => {
    expect(readToolInput(json)).toEqual(input)
  })

  it.each([
    '{"id":12345678901234567890,"x":[-9007199254740993,{"y":1.5}]}',
    '{"id":170141183460469231731687303715884105727}',
    '{"large":1e400,"small":1.5e-7}',
    '{"text":"12345678901234567890","safe":9007199254740991}',
  ])('keeps the digits of %s', (json) => {
    expect(JSON.stringify(readToolInput(json))).toBe(json)
  })
})
