import { describe, it } from 'vitest'
import { expectLinearCost } from '../../test/cost-growth.ts'
import { many, manyKeys } from '../../test/growing-values.ts'
import { WorkSlices } from '../util/work-slices.ts'
import { parseJsonBody } from './json-body.ts'

const costs = () => ({ slices: new WorkSlices(), holdMembers: () => undefined })

describe('parseJsonBody', () => {
  const texts: readonly (readonly [name: string, size: number, text: (size: number) => string])[] = [
    ['a text', 200_000, (size) => `{"a":"${'word '.repeat(size)}"}`],
    ['escapes', 100_000, (size) => `{"a":"${'\\n'.repeat(size)}"}`],
    ['backslashes', 100_000, (size) => `{"a":"${'\\\\'.repeat(size)}"}`],
    ['escaped pairs', 20_000, (size) => `{"a":"${'\\ud83d\\ude00'.repeat(size)}"}`],
    ['half a pair after many', 20_000, (size) => `{"a":"${'\\ud83d\\ude00'.repeat(size)}\\ud83d"}`],
    ['numbers', 100_000, (size) => `{"a":[${'1,'.repeat(size)}1]}`],
    ['a number', 200_000, (size) => `{"a":${'1'.repeat(size)}}`],
    ['a number that is none', 200_000, (size) => `{"a":${'1'.repeat(size)}e}`],
    ['strings', 50_000, (size) => `{"a":[${'"b",'.repeat(size)}1]}`],
    ['lists', 20_000, (size) => `{"a":[${'[],'.repeat(size)}1]}`],
    ['keys', 20_000, (size) => JSON.stringify(manyKeys(size))],
    ['objects', 20_000, (size) => JSON.stringify({ a: many(size, (index) => ({ [`k${index}`]: 1 })) })],
    ['blanks', 200_000, (size) => `{"a":1${' '.repeat(size)}}`],
    ['line ends before a defect', 200_000, (size) => `{"a":1${'\n'.repeat(size)}x}`],
    ['members before a defect', 20_000, (size) => `{"a":[${'1,'.repeat(size)}x]}`],
    ['quotes before a defect', 100_000, (size) => `{"a":${'"'.repeat(size)}`],
    ['brackets', 100_000, (size) => `{"a":${'['.repeat(size)}`],
    ['nothing', 200_000, (size) => ' '.repeat(size)],
  ]
  it.each(texts)('takes time in proportion to %s', async (_, size, jsonOf) => {
    const make = (of: number) => new TextEncoder().encode(jsonOf(of))
    await expectLinearCost({ make, run: (bytes: Uint8Array) => parseJsonBody(bytes, costs()) }, size)
  })

  it.each([
    ['a broken byte', [0xff]],
    ['a character that is cut', [0xe2, 0x82]],
    ['halves of characters', new Array(10_000).fill(0x80)],
  ])('takes time in proportion to a text before %s', async (_, ending) => {
    const make = (size: number) => new Uint8Array([...new TextEncoder().encode('é'.repeat(size)), ...ending])
    await expectLinearCost({ make, run: (bytes: Uint8Array) => parseJsonBody(bytes, costs()) }, 100_000)
  })
})
