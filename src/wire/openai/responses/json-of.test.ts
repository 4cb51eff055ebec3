import { expect, it } from 'vitest'
import { jsonOf } from './json-of.ts'

it.each([
  [{}, {}, '{}'],
  [{ a: 'é' }, {}, '{"a":"\\u00e9"}'],
  [{}, { b: '[1]' }, '{"b":[1]}'],
  [{ a: 1 }, { b: '"x"', c: '{"d":2}' }, '{"a":1,"b":"x","c":{"d":2}}'],
])('the JSON of %j with %j is %s', (fields, written, json) => {
  expect(jsonOf(fields, written)).toBe(json)
})
