import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WorkSlices } from '../../util/work-slices.ts'
import { splitSentences } from './split-sentences.ts'

async function sentencesOf(text: string): Promise<string[]> {
  const starts: number[] = []
  await splitSentences(text, starts, new WorkSlices())
  return starts.map((start, index) => text.slice(start, starts[index + 1]))
}

describe('splitSentences', () => {
  it.each([
    ['', []],
    ['One. Two! Three? Four', ['One. ', 'Two! ', 'Three? ', 'Four']],
    ['He said "Yes." She did not.', ['He said "Yes." ', 'She did not.']],
    ['Version 1.5 is here.', ['Version 1.5 is here.']],
    ['A title\n\nA text.', ['A title\n\n', 'A text.']],
    ['草は緑です。空は青い。', ['草は緑です。', '空は青い。']],
    ['😀'.repeat(1_500), ['😀'.repeat(1_000), '😀'.repeat(500)]],
    [`x${'😀'.repeat(1_000)}`, [`x${'😀'.repeat(999)}`, '😀']],
  ])('splits %j', async (text, sentences) => {
    expect(await sentencesOf(text)).toEqual(sentences)
  })

  it('loses nothing, and splits no character', async () => {
    const pieces = fc.array(fc.constantFrom('a', '. ', '\n', '😀', '。', '"', ')', '...', '\t'), {
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(pieces, async (texts) => {
        const sentences = await sentencesOf(texts.join(''))
        expect(sentences.join('')).toBe(texts.join(''))
        expect(sentences.every((sentence) => sentence !== '' && !/\p{Surrogate}/u.test(sentence))).toBe(true)
      }),
    )
  })
})
