import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fillVariables, promptVariables, splitAtVariables, variablesOf } from './variables.ts'
import { EMPTY_PROMPT, readPrompt } from './workbench-prompt.ts'

describe('variables', () => {
  it('are names in double braces, each once', () => {
    expect(variablesOf('{{A}} {{ b_1 }} {{A}}', '{{C-d}}')).toEqual(['A', 'b_1', 'C-d'])
    for (const text of ['{A}', '{{}}', '{{1a}}', '{{a b}}', '{{a', '{ {a}}', `{{${'a'.repeat(65)}}}`]) {
      expect(variablesOf(text)).toEqual([])
    }
  })

  it('are replaced by their values, whose own braces stay text', () => {
    expect(fillVariables('{{A}}+{{B}}={{A}}', { A: '{{B}}', B: '$&' })).toBe('{{B}}+$&={{B}}')
    expect(fillVariables('{{A}} {{toString}}', {})).toBe('{{A}} {{toString}}')
    expect(fillVariables('{{A}}', { A: '' })).toBe('')
  })

  it('lose nothing of the text when it is cut at them', () => {
    const piece = fc.constantFrom('{{A}}', '{{ b }}', '{', '}', '{{', 'x', ' ', '\n')
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('')
        expect(
          splitAtVariables(text)
            .map((part) => part.text)
            .join(''),
        ).toBe(text)
        expect(fillVariables(text, {})).toBe(text)
      }),
    )
  })

  it('are those of the API that is used', () => {
    const prompt = { ...EMPTY_PROMPT, system: '{{S}}', text: '{{T}}' }
    expect(promptVariables(prompt)).toEqual(['S'])
    expect(promptVariables({ ...prompt, api: 'complete' })).toEqual(['T'])
    expect(promptVariables({ ...prompt, api: 'both' })).toEqual(['S', 'T'])
  })
})

describe('readPrompt', () => {
  it('reads back what was stored', () => {
    const prompt = { ...EMPTY_PROMPT, model: 'm', api: 'both' as const, values: [{ A: '1' }] }
    expect(readPrompt(JSON.parse(JSON.stringify(prompt)))).toEqual(prompt)
  })

  it('makes a whole prompt of anything', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (stored) => {
        const prompt = readPrompt(stored)
        expect(prompt.turns.length).toBeGreaterThan(0)
        expect(prompt.values.length).toBeGreaterThan(0)
      }),
    )
    expect(
      readPrompt({
        turns: [{ role: 'x', text: 5, attachments: [{ name: 1 }] }, null],
        values: [3, { a: 1, b: 'c' }],
      }),
    ).toEqual({
      ...EMPTY_PROMPT,
      values: [{ b: 'c' }],
    })
  })
})
