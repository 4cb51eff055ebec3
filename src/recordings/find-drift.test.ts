import { describe, expect, it } from 'vitest'
import { findDrift } from './find-drift.ts'
import type { RecordedResponse } from './recorded-response.ts'

const TOOLS = [
  {
    name: 'weather',
    inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
]

function response(overrides: Partial<RecordedResponse> = {}, json = '{"city":"Paris"}'): RecordedResponse {
  return {
    promptKind: 'conversation',
    parts: [
      { type: 'text', text: 'Let me look.', pieces: [[0, 0, 4]] },
      { type: 'tool-call', id: null, name: 'weather', startMs: 0, startTokens: 3, json, pieces: [[0, 1, 5]] },
    ],
    usage: { promptTokens: 100, reusedPromptTokens: 0 },
    end: { atMs: 2, stopReason: 'tool-call', stopSequence: null },
    ...overrides,
  }
}

describe('findDrift', () => {
  it('compares no words', () => {
    const live = response({}, '{"city":"Rome"}')
    expect(findDrift(response(), live, TOOLS)).toEqual([])
  })

  it('reports other parts, another end, and other numbers of tokens', () => {
    const live = response({
      parts: [{ type: 'text', text: 'No.', pieces: [[0, 0, 90]] }],
      usage: { promptTokens: 150, reusedPromptTokens: 0 },
      end: { atMs: 2, stopReason: 'max-tokens', stopSequence: null },
    })
    expect(findDrift(response(), live, TOOLS)).toEqual([
      'parts: text, call of weather was recorded, text came now',
      'end: tool-call was recorded, max-tokens came now',
      'prompt tokens: 100 were recorded, 150 came now',
      'completion tokens: 12 were recorded, 90 came now',
    ])
  })

  it('checks inputs against their schema', () => {
    expect(findDrift(response(), response({}, '{"city":1}'), TOOLS)).toEqual([
      expect.stringContaining('input of weather: city: '),
    ])
    expect(findDrift(response(), response({}, '{"city":'), TOOLS)).toEqual([
      'input of weather: it is not JSON',
    ])
    expect(findDrift(response(), response(), [])).toEqual(['call of weather: there is no such tool'])
  })
})
