import { describe, expect, it } from 'vitest'
import { CompletionError } from './completion-error.ts'
import { MAX_TURNS, type PromptRules, parsePrompt } from './human-assistant-prompt.ts'
import { textTurn, turnText } from './turn.ts'

const RULES: PromptRules = { literalNewlineMarkers: true, startErrorFormat: 'long' }
const START_ERROR = 'prompt must start with "\n\nHuman:" turn after an optional system prompt'
const END_ERROR = 'prompt must end with "\n\nAssistant:" turn'

function errorOf(text: string, rules = RULES): string {
  try {
    parsePrompt(text, rules)
  } catch (error) {
    if (error instanceof CompletionError && error.code === 'invalid-prompt') return error.message
    throw error
  }
  throw new Error('the prompt was accepted')
}

describe('parsePrompt', () => {
  it.each([
    ['Hello, world', `${START_ERROR}, ${END_ERROR}`],
    ['', `${START_ERROR}, ${END_ERROR}`],
    ['Hello, world\n\nAssistant:', START_ERROR],
    ['\n\nHuman: Hello, Claude', END_ERROR],
    ['\n\nAssistant: Hello, world\n\nHuman: Hello, Claude\n\nAssistant:', START_ERROR],
    ['\n\nHuman: Hello\n\nAssistant: Hello, world\n\nHuman: How many toes do dogs have?', END_ERROR],
    ['\n\nHuman: Hello, Claude \nAssistant:', END_ERROR],
    ['SYSTEM\n\nAssistant:', START_ERROR],
    ['Human: Tell me a joke … Assistant:', END_ERROR],
  ])('refuses %j', (text, message) => {
    expect(errorOf(text)).toBe(message)
  })

  it('uses the short start error of early versions when asked to', () => {
    expect(errorOf('Hi\n\nAssistant:', { ...RULES, startErrorFormat: 'short' })).toBe(
      'prompt must start with "\n\nHuman:" turn',
    )
  })

  it.each([
    ['one turn', '\n\nHuman: Hi\n\nAssistant:', '', ['user: Hi'], ''],
    ['a marker without its newlines at the start', 'Human: Hi\n\nAssistant:', '', ['user: Hi'], ''],
    ['white space before that marker', ' \nHuman: Hi\n\nAssistant:', '', ['user: Hi'], ''],
    ['white space at the end', '\n\nHuman: Hi\n\nAssistant: ', '', ['user: Hi'], ''],
    ['a prefill', '\n\nHuman: Hi\n\nAssistant: My name is', '', ['user: Hi'], 'My name is'],
    ['a system text', 'Be brief.\n\nHuman: Hi\n\nAssistant:', 'Be brief.', ['user: Hi'], ''],
    ['turns on lines of their own', '\n\nHuman:\nHello\n\n\nAssistant:', '', ['user: Hello'], ''],
    [
      'a conversation',
      '\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:',
      '',
      ['user: a', 'assistant: b', 'user: c'],
      '',
    ],
    ['two human turns in a row', '\n\nHuman: a\n\nHuman: b\n\nAssistant:', '', ['user: a', 'user: b'], ''],
    ['a paragraph inside a turn', '\n\nHuman: a\n\nb: c\n\nAssistant:', '', ['user: a\n\nb: c'], ''],
  ])('reads %s', (_, text, systemText, turns, prefill) => {
    const prompt = parsePrompt(text, RULES)
    expect(prompt.systemText).toBe(systemText)
    expect(prompt.turns.map((turn) => `${turn.role}: ${turnText(turn)}`)).toEqual(turns)
    expect(prompt.prefill).toBe(prefill)
  })

  it('keeps the text but for the white space around it', () => {
    expect(parsePrompt('S\n\nHuman:  two  spaces\n\nAssistant: a \n', RULES).text).toBe(
      'S\n\nHuman:  two  spaces\n\nAssistant: a',
    )
    expect(parsePrompt('Human: Hi\n\nAssistant:', RULES).text).toBe('\n\nHuman: Hi\n\nAssistant:')
  })

  describe('parsePrompt, given markers with literal backslash and n', () => {
    const literal = '\\n\\nHuman: Hi\\n\\nAssistant:'

    it('reads them as markers', () => {
      expect(parsePrompt(literal, RULES).text).toBe('\n\nHuman: Hi\n\nAssistant:')
      expect(parsePrompt(`Be brief.${literal}`, RULES).systemText).toBe('Be brief.')
    })

    it('counts them before it reads them', () => {
      const turns = (count: number) =>
        `\\n\\nHuman: a${'\\n\\nAssistant: b'.repeat(count - 2)}\\n\\nAssistant:`
      expect(parsePrompt(turns(MAX_TURNS), RULES).turns).toHaveLength(MAX_TURNS - 1)
      expect(errorOf(turns(MAX_TURNS + 1))).toBe('prompt should have at most 100000 turns')
    })

    it('refuses them under the strict rule', () => {
      expect(errorOf(literal, { ...RULES, literalNewlineMarkers: false })).toBe(
        `${START_ERROR}, ${END_ERROR}`,
      )
    })

    it('keeps them in a prompt that is valid without them', () => {
      const prompt = parsePrompt('\n\nHuman: What does \\n\\nHuman: mean?\n\nAssistant:', RULES)
      expect(prompt.turns).toEqual([textTurn('user', 'What does \\n\\nHuman: mean?')])
    })
  })
})
