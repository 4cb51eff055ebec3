import { expect, test } from 'vitest'
import { WorkSlices } from '../util/work-slices.ts'
import { parseJsonBody } from './json-body.ts'
import { MAX_JSON_KEYS, MAX_JSON_MEMBERS, MAX_KEYS_OF_OBJECT } from './parse-json-text.ts'

const parse = (text: string) =>
  parseJsonBody(new TextEncoder().encode(text), { slices: new WorkSlices(), holdMembers: () => undefined })

test('the number of members is bounded', async () => {
  const wide = (members: number) => `{"a":[${'0,'.repeat(members - 1)}0]}`
  await expect(parse(wide(MAX_JSON_MEMBERS / 10))).resolves.toHaveProperty('a')
  await expect(parse(wide(MAX_JSON_MEMBERS))).rejects.toThrow('more than 2000000 members')
})

test('the number of keys is bounded, of an object and of all', async () => {
  const keys = (count: number) => `{${Array.from({ length: count }, (_, index) => `"${index}":0`).join(',')}}`
  await expect(parse(keys(MAX_KEYS_OF_OBJECT))).resolves.toHaveProperty('0')
  await expect(parse(keys(MAX_KEYS_OF_OBJECT + 1))).rejects.toThrow('more than 100000 keys in one object')
  const objects = (count: number) => `{"a":[${'{"b":0},'.repeat(count - 1)}{"b":0}]}`
  await expect(parse(objects(MAX_JSON_KEYS / 10))).resolves.toHaveProperty('a')
  await expect(parse(objects(MAX_JSON_KEYS))).rejects.toThrow('more than 500000 keys')
})

test('megabytes of brackets, quotes or backslashes are refused', async () => {
  for (const piece of ['[', '"', '"\\', '\\"', '{"a":', ' ']) {
    await expect(parse(piece.repeat(1_000_000))).rejects.toThrow('not valid JSON')
  }
})

test('a long body lets others have the event loop', async () => {
  let turns = 0
  const turn = setInterval(() => {
    turns += 1
  }, 1)
  await parse(`{"a":[${'"ab",'.repeat(500_000)}0]}`)
  clearInterval(turn)
  expect(turns).toBeGreaterThan(2)
})
