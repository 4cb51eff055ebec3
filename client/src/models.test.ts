import { describe, expect, expectTypeOf, test } from 'vitest'
import { errorBody, type ReceivedRequest, sendJson, startServer } from '../test/start-server.ts'
import { Continuo } from './continuo.ts'
import type { ModelInfo } from './model-info.ts'
import type { ModelInfosPage } from './model-infos-page.ts'

const catalogue: ModelInfo[] = ['a', 'b', 'c', 'd', 'e'].map((id) => ({
  type: 'model',
  id,
  display_name: id.toUpperCase(),
  created_at: '2025-02-19T00:00:00Z',
}))

/** A page of the catalogue by the reference's rules. */
function pageFor(request: ReceivedRequest): unknown {
  const query = new URL(request.url ?? '', 'http://localhost').searchParams
  const [limit, afterId, beforeId] = [
    Number(query.get('limit') ?? 2),
    query.get('after_id'),
    query.get('before_id'),
  ]
  const indexOf = (id: string) => catalogue.findIndex((model) => model.id === id)
  const end = beforeId === null ? catalogue.length : indexOf(beforeId)
  const start = afterId === null ? 0 : indexOf(afterId) + 1
  const from = beforeId === null ? start : Math.max(0, end - limit)
  const data = catalogue.slice(from, Math.min(end, from + limit))
  const hasMore = beforeId === null ? from + limit < catalogue.length : from > 0
  return { data, has_more: hasMore, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }
}

async function startCatalogue() {
  const { url, requests } = await startServer((response, request) =>
    sendJson(response, 200, pageFor(request)),
  )
  return { requests, models: new Continuo({ baseURL: url, apiKey: 'any', maxRetries: 0 }).models }
}

async function idsOf(models: AsyncIterable<ModelInfo>): Promise<string> {
  let ids = ''
  for await (const model of models) ids += model.id
  return ids
}

describe('list', () => {
  test('a loop goes through all pages', async () => {
    const { models, requests } = await startCatalogue()
    expect(await idsOf(models.list())).toBe('abcde')
    expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /v1/models',
      'GET /v1/models?after_id=b',
      'GET /v1/models?after_id=d',
    ])
    expect(requests[0]?.headers).toMatchObject({ 'x-api-key': 'any', 'anthropic-version': '2023-06-01' })
  })

  test('a loop that is left asks for no more', async () => {
    const { models, requests } = await startCatalogue()
    for await (const model of models.list()) if (model.id === 'b') break
    expect(requests).toHaveLength(1)
  })

  test('the awaited page knows its models and the way on', async () => {
    const { models } = await startCatalogue()
    const page = await models.list({ limit: 3 })
    expect(page.data).toEqual(catalogue.slice(0, 3))
    expect(page).toMatchObject({ has_more: true, first_id: 'a', last_id: 'c' })
    expect(page.hasNextPage()).toBe(true)
    const next = await page.getNextPage()
    expect(next.data).toEqual(catalogue.slice(3))
    expect(next.hasNextPage()).toBe(false)
    await expect(next.getNextPage()).rejects.toThrow('no next page')
    expect(await idsOf(page)).toBe('abcde')
  })

  test('before_id goes the other way, with the same limit', async () => {
    const { models, requests } = await startCatalogue()
    const pages: string[] = []
    for await (const page of (await models.list({ before_id: 'e', limit: 2 })).iterPages()) {
      pages.push(page.data.map(({ id }) => id).join(''))
    }
    expect(pages).toEqual(['cd', 'ab'])
    expect(requests[1]?.url).toBe('/v1/models?limit=2&before_id=c')
  })

  test.each([
    ['no more', { has_more: false }],
    ['no models', { data: [] }],
    ['no cursor', { last_id: null }],
    ['a cursor that does not move', { last_id: 'x' }],
    ['next to nothing', { data: undefined, has_more: undefined, last_id: undefined }],
  ])('ends where the server gives %s', async (_, fields) => {
    const page = { data: catalogue, has_more: true, first_id: 'a', last_id: 'e', ...fields }
    const { url, requests } = await startServer((response) => sendJson(response, 200, page))
    const { models } = new Continuo({ baseURL: url, apiKey: 'any' })
    expect((await models.list({ after_id: 'x' })).hasNextPage()).toBe(false)
    expect(requests).toHaveLength(1)
  })

  test('withResponse and a failure work as elsewhere', async () => {
    const { models } = await startCatalogue()
    const { data, response } = await models.list().withResponse()
    expect(data.data).toHaveLength(2)
    expect(response.status).toBe(200)
    const { url } = await startServer((response) =>
      sendJson(response, 401, errorBody('authentication_error', 'no')),
    )
    const failing = new Continuo({ baseURL: url, apiKey: 'any' }).models
    await expect(idsOf(failing.list())).rejects.toThrow(Continuo.AuthenticationError)
    await expect(failing.list()).rejects.toThrow(Continuo.AuthenticationError)
  })

  test('types', () => {
    type List = ReturnType<Continuo['models']['list']>
    expectTypeOf<Awaited<List>>().toEqualTypeOf<ModelInfosPage>()
    expectTypeOf<List>().toExtend<AsyncIterable<ModelInfo>>()
  })
})

describe('retrieve', () => {
  test('asks for the id, whatever is in it', async () => {
    const { url, requests } = await startServer((response) => sendJson(response, 200, catalogue[0]))
    const { models } = new Continuo({ baseURL: url, apiKey: 'any' })
    expect(await models.retrieve('claude-2.1')).toEqual(catalogue[0])
    await models.retrieve('../a/b?c=d#e é')
    expect(requests.map((request) => request.url)).toEqual([
      '/v1/models/claude-2.1',
      '/v1/models/..%2Fa%2Fb%3Fc%3Dd%23e%20%C3%A9',
    ])
  })

  test('an unknown id is a NotFoundError', async () => {
    const { url } = await startServer((response) =>
      sendJson(response, 404, errorBody('not_found_error', 'model: x')),
    )
    const { models } = new Continuo({ baseURL: url, apiKey: 'any' })
    await expect(models.retrieve('x')).rejects.toThrow(Continuo.NotFoundError)
  })

  test.each(['', '.', '..'])('%j is no id, and would be another path', async (id) => {
    const { models } = new Continuo({ apiKey: 'any' })
    await expect(models.retrieve(id)).rejects.toThrow('model id')
  })
})
