import { describe, expect, it } from 'vitest'
import { rawPrompt, tokenPrompt } from '../../completion/prompt.ts'
import { MAX_CHOICES, PROMPTS } from './text-prompts.ts'

const messageOf = (value: unknown) => PROMPTS.safeParse(value).error?.issues[0]?.message

describe('PROMPTS', () => {
  it.each([
    ['Hi', [rawPrompt('Hi')]],
    [[1, 2], [tokenPrompt([1, 2])]],
    [
      ['a', 'b'],
      [rawPrompt('a'), rawPrompt('b')],
    ],
    [
      [[1], 'b'],
      [tokenPrompt([1]), rawPrompt('b')],
    ],
  ])('reads %j', (value, prompts) => {
    expect(PROMPTS.parse(value)).toEqual(prompts)
  })

  it.each([
    ['', 'String should have at least 1 character'],
    [[], 'String should have at least 1 character'],
    [['a', []], 'String should have at least 1 character'],
    [7, 'Input should be a text, a list of token ids, or a list of either'],
    [[-1], 'Input should be a text, a list of token ids, or a list of either'],
    [[1, 2.5], 'Input should be a text, a list of token ids, or a list of either'],
    [[2 ** 31], 'Input should be a text, a list of token ids, or a list of either'],
    [['a', 1], 'Input should be a text, a list of token ids, or a list of either'],
  ])('refuses %j', (value, message) => {
    expect(messageOf(value)).toBe(message)
  })

  it('limits the prompts, not the tokens of one', () => {
    expect(PROMPTS.parse(Array(MAX_CHOICES).fill('a'))).toHaveLength(MAX_CHOICES)
    expect(messageOf(Array(MAX_CHOICES + 1).fill('a'))).toBe(
      `List should have at most ${MAX_CHOICES} prompts`,
    )
    expect(PROMPTS.parse(Array(MAX_CHOICES + 1).fill(1))).toHaveLength(1)
  })
})
