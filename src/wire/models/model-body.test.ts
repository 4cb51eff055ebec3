import { describe, expect, it } from 'vitest'
import { modelBody, modelListBody } from './model-body.ts'

const modelOf = (id: string) => ({
  id,
  displayName: id.toUpperCase(),
  createdAt: '2026-01-01T00:00:00Z',
  isForTextCompletions: true,
})

describe('modelBody', () => {
  const capabilities = { tools: true, images: true, outputSchema: false, rawPrompts: true }

  it('says what its engine can do, and nothing of it while the engine is loading', () => {
    const supported = { supported: true }
    const engine = { contextWindowTokens: 2048, capabilities }
    expect(modelBody(modelOf('a'), () => engine)).toMatchObject({
      capabilities: {
        image_input: supported,
        structured_outputs: { supported: false },
        effort: { low: supported, max: supported, supported: true },
        server_tools: { supported: false },
      },
    })
    expect(modelBody(modelOf('a'), () => null)).toMatchObject({ capabilities: null, max_tokens: null })
  })

  it.each([
    [2048, 2048],
    [Number.POSITIVE_INFINITY, null],
  ])('has a context window of %s as both limits', (contextWindowTokens, windowTokens) => {
    expect(modelBody(modelOf('a'), () => ({ contextWindowTokens, capabilities }))).toMatchObject({
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
