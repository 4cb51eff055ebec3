import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonReader } from './json-reader.ts'

const LIMITS = { maxDepth: 64, maxMembers: 1000, maxKeys: 1000, maxKeysOfObject: 1000 }

function read(text: string, units: number): unknown {
  const reader = new JsonReader(text, LIMITS)
  while (!reader.advance(units));
  return reader.value
}

test('reads what JSON.parse reads, in slices of any length', () => {
  const json = fc.record({
    value: fc.jsonValue({ stringUnit: 'grapheme' }),
    indent: fc.constantFrom(undefined, 1, '\t\r\n '),
    escapes: fc.boolean(),
    units: fc.integer({ min: 1, max: 40 }),
  })
  fc.assert(
    fc.property(json, ({ value, indent, escapes, units }) => {
      const plain = JSON.stringify(value, null, indent)
      const text = escapes ? plain.replace(/[^\p{ASCII}]/gu, escaped) : plain
      expect(read(text, units)).toEqual(JSON.parse(text))
    }),
    { numRuns: 1000 },
  )
})

/** Each code unit on its own, as most programs write them. */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('')
}

test.each([
  '{"__proto__":{"a":1},"b":2}',
  '{"a":1,"a":{"constructor":2}}',
  '[-0,1e400,1e-400,123456789012345678901]',
])('reads %s as JSON.parse does', (text) => {
  expect(JSON.stringify(read(text, 3))).toBe(JSON.stringify(JSON.parse(text)))
  expect(Object.getPrototypeOf(read('{"__proto__":{"a":1}}', 3))).toBe(Object.prototype)
})

test.each([
  ['[[],[],[]]', { maxMembers: 5 }, 'more than 5 members', 7],
  ['{"a":1,"b":2}', { maxKeys: 1 }, 'more than 1 keys', 10],
  ['[{"a":{"b":1}},{"a":1,"a":2}]', { maxKeysOfObject: 1 }, 'more than 1 keys in one object', 25],
  ['[[[]]]', { maxDepth: 2 }, 'nested deeper than 2 levels', 2],
])('holds %s to %j', (text, limits, reason, index) => {
  const reader = new JsonReader(text, { ...LIMITS, ...limits })
  expect(() => reader.advance(100)).toThrow(expect.objectContaining({ reason, index }))
})

test.each([
  ['[[],[],[]]', { maxMembers: 6 }],
  ['{"a":1,"b":2}', { maxKeys: 2 }],
  ['[{"a":{"b":1}},{"a":1,"c":2}]', { maxKeysOfObject: 2 }],
  ['[[[]]]', { maxDepth: 3 }],
])('reads %s, which is just within %j', (text, limits) => {
  const reader = new JsonReader(text, { ...LIMITS, ...limits })
  expect(reader.advance(100)).toBe(true)
  expect(reader.value).toEqual(JSON.parse(text))
})

test('counts members as it reads', () => {
  const reader = new JsonReader('{"a":[1,2,{"b":[]}]}', LIMITS)
  reader.advance(100)
  expect(reader.members).toBe(6)
})
