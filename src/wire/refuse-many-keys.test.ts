import { describe, expect, it } from 'vitest'
import { many, manyKeys } from '../../test/growing-values.ts'
import type { AssistantPart } from '../completion/turn.ts'
import type { JsonObject } from '../util/json-object.ts'
import { MAX_KEYS_OF_TOOLS, refuseManyKeys } from './refuse-many-keys.ts'

const NOTHING = { tools: [], parts: [], outputSchema: null }
const call = (input: JsonObject): AssistantPart => ({ type: 'tool-call', id: 'a', name: 'a', input })

describe('refuseManyKeys', () => {
  it('accepts as many as there may be, and lists of any length', () => {
    expect(() => refuseManyKeys({ ...NOTHING, outputSchema: manyKeys(MAX_KEYS_OF_TOOLS) })).not.toThrow()
    expect(() => refuseManyKeys({ ...NOTHING, parts: [call({ a: many(300_000, () => 0) })] })).not.toThrow()
  })

  it.each([
    ['an output schema', { outputSchema: manyKeys(MAX_KEYS_OF_TOOLS + 1) }],
    ['the schema of a tool', { tools: [{ inputSchema: { properties: manyKeys(MAX_KEYS_OF_TOOLS) } }] }],
    ['an input', { parts: [call({ a: [[{ b: manyKeys(MAX_KEYS_OF_TOOLS) }]] })] }],
    ['many inputs', { parts: many(MAX_KEYS_OF_TOOLS + 1, () => call({ a: 1 })) }],
    ['many lists', { parts: [call({ a: many(MAX_KEYS_OF_TOOLS, () => ({ b: 1 })) })] }],
  ])('refuses %s with more', (_, json) => {
    expect(() => refuseManyKeys({ ...NOTHING, ...json })).toThrow(
      `at most ${MAX_KEYS_OF_TOOLS} keys together`,
    )
  })
})
