import { describe, expect, it } from 'vitest'
import { many, manyKeys } from '../../test/growing-values.ts'
import type { AssistantPart } from '../completion/turn.ts'
import type { JsonObject } from '../util/json-object.ts'
import { MAX_TOOL_MEMBERS, refuseManyMembers } from './refuse-many-members.ts'

const NOTHING = { tools: [], parts: [], outputSchema: null }
const call = (input: JsonObject): AssistantPart => ({ type: 'tool-call', id: 'a', name: 'a', input })

describe('refuseManyMembers', () => {
  it('accepts as many as there may be', () => {
    expect(() => refuseManyMembers({ ...NOTHING, outputSchema: manyKeys(MAX_TOOL_MEMBERS) })).not.toThrow()
    const list = call({ a: many(MAX_TOOL_MEMBERS - 1, () => 0) })
    expect(() => refuseManyMembers({ ...NOTHING, parts: [list] })).not.toThrow()
  })

  it.each([
    ['an output schema', { outputSchema: manyKeys(MAX_TOOL_MEMBERS + 1) }],
    ['the schema of a tool', { tools: [{ inputSchema: { properties: manyKeys(MAX_TOOL_MEMBERS) } }] }],
    ['an input', { parts: [call({ a: [[{ b: manyKeys(MAX_TOOL_MEMBERS) }]] })] }],
    ['many inputs', { parts: many(MAX_TOOL_MEMBERS + 1, () => call({ a: 1 })) }],
    ['a list', { parts: [call({ a: many(MAX_TOOL_MEMBERS, () => 0) })] }],
    ['a list of objects', { parts: [call({ a: many(MAX_TOOL_MEMBERS / 2, () => ({ b: 1 })) })] }],
  ])('refuses %s with more', (_, json) => {
    expect(() => refuseManyMembers({ ...NOTHING, ...json })).toThrow(
      `at most ${MAX_TOOL_MEMBERS} keys and list items together`,
    )
  })
})
