import { describe, expect, it } from 'vitest'
import { modelBody, modelListBody } from './model-body.ts'

const modelOf = (id: string) => ({
  id,
  displayName: id.toUpperCase(),
  createdAt: '2026-01-01T00:00:00Z',
  isForTextCompletions: true,
})

describe('modelBody', () => {
  it.each([2048, null])('has a context window of %s as both limits', (windowTokens) => {
    expect(modelBody(modelOf('a'), () => windowTokens)).toMatchObject({
      type: 'model',
      id: 'a',
      display_name: 'A',
      created_at: '2026-01-01T00:00:00Z',
      max_input_tokens: windowTokens,
      max_tokens: windowTokens,
    })
  })
})

describe('modelListBody', () => {
  it('names the first and the last id of a page, and whether more follow', () => {
    const models = ['a', 'b', 'c'].map(modelOf)
    expect(modelListBody({ models, hasMore: true }, () => null)).toMatchObject({
      data: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
      has_more: true,
      first_id: 'a',
      last_id: 'c',
    })
    expect(modelListBody({ models: [], hasMore: false }, () => null)).toEqual({
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    })
  })
})
