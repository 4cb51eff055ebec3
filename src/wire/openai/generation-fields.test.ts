import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { refusal } from '../../../test/refusal.ts'
import { checkBody, LARGEST_COUNT } from '../body-schema.ts'
import { GENERATION_FIELDS, readGeneration, readStreaming } from './generation-fields.ts'

const read = (fields: object) => readGeneration(checkBody(fields, z.object(GENERATION_FIELDS)))
const DEFAULTS = {
  maxTokens: LARGEST_COUNT,
  stopSequences: [],
  sampling: { temperature: 1, topP: null, topK: null },
}

describe('readGeneration', () => {
  it.each<[object, object]>([
    [{}, {}],
    [{ max_tokens: null, max_completion_tokens: null, temperature: null, top_p: null, stop: null }, {}],
    [{ max_tokens: 5 }, { maxTokens: 5 }],
    [{ max_tokens: 5, max_completion_tokens: 6 }, { maxTokens: 6 }],
    [{ max_tokens: 1e300 }, {}],
    [{ max_tokens: -1, max_completion_tokens: -1, top_p: -1 }, {}],
    [{ max_tokens: 5, max_completion_tokens: -1 }, { maxTokens: 5 }],
    [{ stop: 'X' }, { stopSequences: ['X'] }],
    [{ stop: ['X', ' \n', 'Y'] }, { stopSequences: ['X', 'Y'] }],
    [{ stop: '' }, {}],
    [{ temperature: 0, top_p: 0 }, { sampling: { temperature: 0, topP: 0, topK: null } }],
    [{ temperature: 2 }, {}],
    [{ n: 1, stream: true, stream_options: { include_usage: true } }, {}],
  ])('reads %j', (fields, change) => {
    expect(read(fields)).toEqual({ ...DEFAULTS, ...change })
  })

  it.each<[object, string]>([
    [{ max_tokens: -2 }, 'max_tokens: Input should be greater than or equal to 1'],
    [{ max_tokens: 0 }, 'max_tokens: Input should be greater than or equal to 1'],
    [{ max_completion_tokens: 0 }, 'max_completion_tokens: Input should be greater than or equal to 1'],
    [{ temperature: -1 }, 'temperature: Input should be greater than or equal to 0'],
    [{ top_p: 1.1 }, 'top_p: range: 0..1'],
    [{ stop: 7 }, 'stop: Input should be a valid string or list of strings'],
    [{ n: 2 }, 'n: only one completion is made for a request'],
    [{ stream: 'true' }, 'stream: Input should be a valid boolean'],
    [
      { stream_options: { include_usage: 1 } },
      'stream_options.include_usage: Input should be a valid boolean',
    ],
  ])('refuses %j', (fields, message) => {
    expect(() => read(fields)).toThrow(refusal(message))
  })
})

describe('readStreaming', () => {
  it.each<[object, boolean, boolean]>([
    [{}, false, false],
    [{ stream: null, stream_options: null }, false, false],
    [{ stream: true, stream_options: {} }, true, false],
    [{ stream: true, stream_options: { include_usage: true } }, true, true],
  ])('reads %j', (fields, stream, includeUsage) => {
    expect(readStreaming(checkBody(fields, z.object(GENERATION_FIELDS)))).toEqual({ stream, includeUsage })
  })
})
