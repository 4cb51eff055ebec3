import { describe, expect, it } from 'vitest'
import { type Turn, textTurn, turnText, type UserPart } from '../../../completion/turn.ts'
import { joinPieces, turnPieces } from './turn-pieces.ts'

const RESULT: UserPart = { type: 'tool-result', toolCallId: 'a', parts: [], isError: false }

describe('turnPieces', () => {
  it.each<[string, readonly Turn[]]>([
    ['no turns', []],
    ['a turn without parts', [{ role: 'user', parts: [] }]],
    ['turns', [textTurn('user', 'a'), textTurn('assistant', 'b'), textTurn('assistant', 'c')]],
    ['many turns', Array.from({ length: 5_000 }, (_, index) => textTurn('user', `${index}`))],
    ['a turn of many parts', [{ role: 'user', parts: Array.from({ length: 5_000 }, () => RESULT) }]],
  ])('cuts %s and joins them', (_, turns) => {
    const portions = [...turnPieces(turns)]
    expect(joinPieces(portions.flat())).toEqual(turns)
    for (const portion of portions) {
      expect(portion.reduce((sum, { turn }) => sum + turn.parts.length, 0)).toBeLessThanOrEqual(500)
    }
  })

  it('cuts a long text', () => {
    const turns = [textTurn('user', '😀b'.repeat(1_000_000))]
    const portions = [...turnPieces(turns)]
    expect(portions).toHaveLength(3)
    expect(joinPieces(portions.flat()).map(turnText)).toEqual(turns.map(turnText))
  })
})
