import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StopSequenceMatcher } from './stop-sequence-matcher.ts'

interface Outcome {
  readonly text: string
  readonly matched: string | null
}

function match(pieces: readonly string[], stopSequences: readonly string[]): Outcome {
  const matcher = new StopSequenceMatcher(stopSequences)
  let text = ''
  for (const piece of pieces) {
    const step = matcher.push(piece)
    text += step.released
    if (step.matched !== null) return { text, matched: step.matched }
  }
  return { text: text + matcher.flush(), matched: null }
}

/** A naive search: the first position where a stop sequence is complete; of several there the longest. */
function reference(text: string, stopSequences: readonly string[]): Outcome {
  for (let end = 1; end <= text.length; end++) {
    const complete = stopSequences.filter((stopSequence) => text.slice(0, end).endsWith(stopSequence))
    const longest = complete.sort((a, b) => b.length - a.length)[0]
    if (longest !== undefined) return { text: text.slice(0, end - longest.length), matched: longest }
  }
  return { text, matched: null }
}

describe('StopSequenceMatcher', () => {
  it.each([
    ['the stop sequence is left out', 'one two three', [' three'], 'one two', ' three'],
    ['a match at the very start leaves nothing', '\n\nHuman: hi', ['\n\nHuman:'], '', '\n\nHuman:'],
    ['the earlier in the text wins, not in the list', 'a STOP b END', ['END', 'STOP'], 'a ', 'STOP'],
    ['a repeated first letter hides nothing', 'aaa!b', ['aa!'], 'a', 'aa!'],
    ['two-byte characters hide nothing', 'ééé!b', ['éé!'], 'é', 'éé!'],
    ['Japanese', '昔々、おじいさんがいました。おわり', ['おわり'], '昔々、おじいさんがいました。', 'おわり'],
    ['an emoji of several code units', 'so 👩‍👩‍👧 ok', ['👩‍👧'], 'so 👩‍', '👩‍👧'],
    ['a shorter one inside a longer one ends first', 'xabcd', ['abcd', 'bc'], 'xa', 'bc'],
    ['of two that end together the longer wins', 'x<|end|>', ['|>', '<|end|>'], 'x', '<|end|>'],
    ['case counts', 'stop Stop', ['Stop'], 'stop ', 'Stop'],
    ['white space may be a stop sequence', 'one\ntwo', ['\n'], 'one', '\n'],
    ['no match gives all back', 'almost \n\nHuma', ['\n\nHuman:'], 'almost \n\nHuma', null],
  ])('%s', (_, text, stopSequences, expected, matched) => {
    expect(match([...text], stopSequences)).toEqual({ text: expected, matched })
    expect(match([text], stopSequences)).toEqual({ text: expected, matched })
  })

  it('releases text as soon as it cannot be part of a stop sequence', () => {
    const matcher = new StopSequenceMatcher(['\n\nHuman:'])
    expect(matcher.push('Hello').released).toBe('Hello')
    expect(matcher.push('\n').released).toBe('')
    expect(matcher.push('\n').released).toBe('')
    expect(matcher.push('\n').released).toBe('\n')
    expect(matcher.push('Hum').released).toBe('')
    expect(matcher.push('bug').released).toBe('\n\nHumbug')
  })

  it('agrees with a naive search, however the text is cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', '\n'), maxLength: 24 })
    const stops = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', '\n'), minLength: 1, maxLength: 4 }),
      {
        maxLength: 4,
      },
    )
    const cuts = fc.array(fc.nat(24), { maxLength: 6 })
    fc.assert(
      fc.property(text, stops, cuts, (whole, stopSequences, places) => {
        const pieces: string[] = []
        let from = 0
        for (const place of [...places].sort((a, b) => a - b)) {
          pieces.push(whole.slice(from, place))
          from = Math.max(from, place)
        }
        pieces.push(whole.slice(from))
        expect(match(pieces, stopSequences)).toEqual(reference(whole, stopSequences))
      }),
      { numRuns: 2000 },
    )
  })

  it('matches thousands of stop sequences', () => {
    const stopSequences = Array.from({ length: 8191 }, (_, index) => `stop-${index};`)
    expect(match(['say stop-', '8190', '; now'], stopSequences)).toEqual({
      text: 'say ',
      matched: 'stop-8190;',
    })
  })
})
