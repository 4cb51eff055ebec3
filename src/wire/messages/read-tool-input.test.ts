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
})
