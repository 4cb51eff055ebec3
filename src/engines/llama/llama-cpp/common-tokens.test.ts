import { describe, expect, it } from 'vitest'
import { type ComparedVocabulary, commonTokens } from './common-tokens.ts'

function vocabulary(
  texts: readonly string[],
  options: { type?: number; size?: number } = {},
): ComparedVocabulary {
  const { type = 2, size = texts.length } = options
  return {
    ...{ size, type },
    isControl: (token) => texts[token]?.startsWith('<') ?? false,
    textOf: (token) => texts[token] ?? `pad${token}`,
  }
}

const TEXTS = ['<s>', '</s>', 'a', 'b']

describe('commonTokens', () => {
  it.each([
    ['the same tokens', vocabulary(TEXTS), 4],
    ['control tokens of other names', vocabulary(['<bos>', '<eos>', 'a', 'b']), 4],
    ['more tokens at the end', vocabulary(TEXTS, { size: 132 }), 4],
    ['fewer tokens at the end', vocabulary(TEXTS.slice(0, 3)), 3],
  ])('accepts %s', (_, draftModel, common) => {
    expect(commonTokens(vocabulary(TEXTS), draftModel)).toBe(common)
  })

  it.each([
    ['another kind of tokenizer', vocabulary(TEXTS, { type: 1 }), 'their tokenizers are of different kinds'],
    ['far more tokens', vocabulary(TEXTS, { size: 133 }), 'the model has 4 tokens and the draft model 133'],
    [
      'another token',
      vocabulary(['<s>', '</s>', 'a', 'c']),
      'token 3 is "b" in the model and "c" in the draft model',
    ],
    [
      'a control token for a text',
      vocabulary(['<s>', '</s>', '<a>', 'b']),
      'token 2 is "a" in the model and "<a>" in the draft model',
    ],
  ])('says why for %s', (_, draftModel, reason) => {
    expect(commonTokens(vocabulary(TEXTS), draftModel)).toBe(reason)
  })
})
