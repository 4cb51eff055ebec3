import { describe, expect, it } from 'vitest'
import { refusal } from '../../../test/refusal.ts'
import { readContextEdits } from './read-context-edits.ts'

const TOOL_USES = { type: 'clear_tool_uses_20250919' }
const THINKING = { type: 'clear_thinking_20251015' }
const COMPACTION = {
  type: 'compact_20260112',
  trigger: { type: 'input_tokens', value: 150_000 },
  pause_after_compaction: true,
  instructions: null,
}
const DEFAULTS = {
  type: 'clear-tool-uses',
  trigger: { inputTokens: 100_000 },
  keptToolUses: 3,
  minClearedTokens: 0,
  keptTools: new Set(),
  clearsInputs: false,
}
const LENIENT = { strictRequests: false }
const readOne = (edit: object) => readContextEdits({ edits: [edit] }, true, LENIENT)

describe('readContextEdits', () => {
  it.each<[unknown, unknown]>([
    [undefined, null],
    [null, null],
    [{}, null],
    [{ edits: [] }, []],
    [{ edits: [THINKING, TOOL_USES] }, [{ type: 'clear-thinking', keptTurns: 1 }, DEFAULTS]],
  ])('reads %j', (value, edits) => {
    expect(readContextEdits(value, true, LENIENT)).toEqual(edits)
  })

  it.each<[object, object]>([
    [{ trigger: null, keep: null, clear_at_least: null, exclude_tools: null, clear_tool_inputs: null }, {}],
    [{ trigger: { type: 'input_tokens', value: 7 } }, { trigger: { inputTokens: 7 } }],
    [{ trigger: { type: 'tool_uses', value: 7 } }, { trigger: { toolUses: 7 } }],
    [{ keep: { type: 'tool_uses', value: 0 } }, { keptToolUses: 0 }],
    [{ clear_at_least: { type: 'input_tokens', value: 9 } }, { minClearedTokens: 9 }],
    [{ exclude_tools: ['a', 'b'] }, { keptTools: new Set(['a', 'b']) }],
    [{ clear_tool_inputs: true }, { clearsInputs: true }],
    [{ clear_tool_inputs: ['a'] }, { clearsInputs: new Set(['a']) }],
  ])('reads clear_tool_uses with %j', (fields, change) => {
    expect(readOne({ ...TOOL_USES, ...fields })).toEqual([{ ...DEFAULTS, ...change }])
  })

  it.each<[object, number]>([
    [{}, 1],
    [{ keep: 'all' }, Number.POSITIVE_INFINITY],
    [{ keep: { type: 'all' } }, Number.POSITIVE_INFINITY],
    [{ keep: { type: 'thinking_turns', value: 2 } }, 2],
  ])('reads clear_thinking with %j', (fields, keptTurns) => {
    expect(readOne({ ...THINKING, ...fields })).toEqual([{ type: 'clear-thinking', keptTurns }])
  })

  const inFirst = 'context_management.edits.0.clear_tool_uses_20250919'
  it.each<[unknown, string]>([
    ['x', 'context_management: Input should be a valid dictionary'],
    [{ edit: [] }, 'context_management.edit: Extra inputs are not permitted'],
    [{ edits: {} }, 'context_management.edits: Input should be a valid list'],
    [
      { edits: [THINKING, TOOL_USES, TOOL_USES, COMPACTION] },
      'context_management.edits: List should have at most 3 items',
    ],
    [
      { edits: [{ type: 'x' }] },
      "context_management.edits.0: Input tag 'x' found using 'type' does not match any of the expected tags: " +
        "'clear_tool_uses_20250919', 'clear_thinking_20251015', 'compact_20260112'",
    ],
    [
      { edits: [TOOL_USES, THINKING] },
      'context_management.edits.1: `clear_thinking_20251015` must be the first of the edits',
    ],
    [
      { edits: [{ ...TOOL_USES, trigger: { type: 'input_tokens', value: 0 } }] },
      `${inFirst}.trigger.value: Input should be greater than or equal to 1`,
    ],
    [
      { edits: [{ ...TOOL_USES, trigger: { type: 'x', value: 1 } }] },
      `${inFirst}.trigger.type: Input should be 'input_tokens' or 'tool_uses'`,
    ],
    [
      { edits: [{ ...TOOL_USES, keep: { type: 'input_tokens', value: 1 } }] },
      `${inFirst}.keep.type: Input should be 'tool_uses'`,
    ],
    [
      { edits: [{ ...TOOL_USES, clear_at_least: { type: 'input_tokens', value: -1 } }] },
      `${inFirst}.clear_at_least.value: Input should be greater than or equal to 0`,
    ],
    [
      { edits: [{ ...TOOL_USES, exclude_tools: ['a', 7] }] },
      `${inFirst}.exclude_tools.1: Input should be a valid string`,
    ],
    [
      { edits: [TOOL_USES, COMPACTION] },
      'context_management.edits.1: `compact_20260112` is not supported by this server, which does not summarize ' +
        'conversations: leave the edit out, and shorten the conversation in the client or with `clear_tool_uses_20250919`',
    ],
    [{ edits: [{ ...TOOL_USES, x: 1 }] }, `${inFirst}.x: Extra inputs are not permitted`],
  ])('refuses %j', (value, message) => {
    expect(() => readContextEdits(value, true, LENIENT)).toThrow(refusal(message))
  })

  it('omits clear_thinking without thinking', () => {
    expect(readContextEdits({ edits: [THINKING, TOOL_USES] }, false, LENIENT)).toEqual([DEFAULTS])
  })

  it('refuses clear_thinking without thinking by the rule strictRequests', () => {
    expect(() => readContextEdits({ edits: [THINKING] }, false, { strictRequests: true })).toThrow(
      refusal(
        'context_management.edits.0: `clear_thinking_20251015` strategy requires `thinking` to be enabled',
      ),
    )
  })
})
