import { describe, expect, it } from 'vitest'
import { refusal } from '../../../test/refusal.ts'
import type { AssistantPart, UserPart } from '../../completion/turn.ts'
import { checkToolPairs } from './check-tool-pairs.ts'

const TEXT = { type: 'text', text: 'a' } as const
const call = (id: string) => ({ type: 'tool-call', id, name: 't', input: {} }) as const
const result = (toolCallId: string) =>
  ({ type: 'tool-result', toolCallId, parts: [], isError: false }) as const

/** One message per turn. */
function check(...turns: (readonly (UserPart | AssistantPart)[])[]): void {
  checkToolPairs(
    turns.map((parts, messageIndex) => parts.map((part, blockIndex) => ({ part, messageIndex, blockIndex }))),
  )
}

const withoutResult = (place: string, ids: string) =>
  `${place}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids}. ` +
  'Each `tool_use` block must have a corresponding `tool_result` block in the next message.'
const withoutCall = (place: string, id: string) =>
  `${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. ` +
  'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.'

describe('checkToolPairs', () => {
  it('accepts calls whose results come in the next turn, in any order', () => {
    check([TEXT], [TEXT, call('a'), call('b')], [result('b'), result('a'), TEXT], [call('c')], [result('c')])
  })

  it.each<[string, (readonly (UserPart | AssistantPart)[])[], string]>([
    [
      'an id that two turns use',
      [[call('a')], [result('a')], [TEXT, call('a')], [result('a')]],
      'messages.2.content.1: `tool_use` ids must be unique',
    ],
    [
      'an id that one turn uses twice',
      [[call('a'), call('a')], [result('a')]],
      'messages.0.content.1: `tool_use` ids must be unique',
    ],
    ['a result without a call', [[TEXT], [TEXT, result('a')]], withoutCall('messages.1.content.1', 'a')],
    ['a result in the first turn', [[result('a')]], withoutCall('messages.0.content.0', 'a')],
    [
      'a result one turn too late',
      [[call('a')], [result('a')], [TEXT], [result('a')]],
      withoutCall('messages.3.content.0', 'a'),
    ],
    [
      'two results of one call',
      [[call('a')], [result('a'), result('a')]],
      'messages.1.content.1: each tool_use must have a single result. ' +
        'Found multiple `tool_result` blocks with id: a',
    ],
    [
      'calls without results, by their ids',
      [[TEXT], [call('a'), call('b'), call('c')], [result('b')]],
      withoutResult('messages.1', 'a, c'),
    ],
    ['a call in the last turn', [[TEXT], [call('a')]], withoutResult('messages.1', 'a')],
  ])('refuses %s', (_, turns, message) => {
    expect(() => check(...turns)).toThrow(refusal(message))
  })
})
