import { describe, expect, it } from 'vitest'
import type { RecordedResponse } from '../recordings/recorded-response.ts'
import { driftTable, recordingTable } from './recording-table.ts'

function lineOf(response: Partial<RecordedResponse> | null, countedTokens?: number): string[] {
  const recording = {
    ordinal: 1,
    recordedAt: '2026-01-02T03:04:05.000Z',
    recordedBy: 'a test',
    request: { model: 'm' },
    response: response && { promptKind: 'text' as const, parts: [], ...response },
    ...(countedTokens === undefined ? {} : { countedTokens }),
  }
  const [titles, line = ''] = recordingTable([{ name: 'a.json', key: 'k', sizeBytes: 1, recording }]).split(
    '\n',
  )
  expect(titles).toMatch(/^Name +Model +Recorded +End +Reply$/)
  expect(line).toMatch(/^a\.json {2}m {6}2026-01-02/)
  return [line.slice('a.json  m      2026-01-02  '.length)].flatMap((rest) => rest.split(/ {2,}/))
}

const text = (of: string) => ({ type: 'text' as const, text: of, pieces: [] })
const call = {
  type: 'tool-call' as const,
  id: null,
  name: 'add',
  startMs: 0,
  startTokens: 0,
  json: '{}',
  pieces: [],
}
const thinking = { type: 'thinking' as const, text: 'Hm.', pieces: [] }

describe('recordingTable', () => {
  it('shows how a reply ended, and its text and calls in a line', () => {
    const end = { atMs: 1, stopReason: 'tool-call' as const, stopSequence: null }
    expect(lineOf({ parts: [thinking, text(' I\n add. '), call], end })).toEqual([
      'tool-call',
      'I add. add({})',
    ])
  })

  it('shows 40 characters of a long reply', () => {
    const [reply] = lineOf({ parts: [text('x'.repeat(41))] }).slice(-1)
    expect(reply).toBe(`${'x'.repeat(40)}…`)
    expect(lineOf({ parts: [text('x'.repeat(40))] }).at(-1)).toBe('x'.repeat(40))
  })

  it('shows a failure in place of a reply', () => {
    const failure = { atMs: 1, code: 'engine-failed' as const, message: 'It broke' }
    expect(lineOf({ parts: [text('a')], failure })).toEqual(['engine-failed', 'It broke'])
  })

  it('shows how many tokens were counted', () => {
    expect(lineOf(null, 12).at(-1)).toBe('12 tokens')
  })

  it('says when there are none', () => {
    expect(recordingTable([])).toBe('There are no recordings.\n')
  })
})

describe('driftTable', () => {
  it('shows each difference, with the name of its recording once', () => {
    const rows = [
      { name: 'a', drift: [] },
      { name: 'b', drift: ['one', 'two'] },
    ]
    expect(
      driftTable(rows)
        .split('\n')
        .map((line) => line.trimEnd()),
    ).toEqual(['Name  Result', 'a     ok', 'b     one', '      two', '1 of 2 recordings differ.', ''])
  })

  it('says when there is nothing to check', () => {
    expect(driftTable([])).toBe('There are no recordings to check.\n')
  })
})
