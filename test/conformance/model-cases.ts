import { expect } from 'vitest'
import {
  type ConformanceCase,
  INVALID_REQUEST,
  refusal,
  type ServerUnderTest,
  send,
} from './conformance-case.ts'

interface ModelList {
  readonly data: readonly { type: string; id: string; display_name: string; created_at: string }[]
  readonly has_more: boolean
  readonly first_id: string | null
  readonly last_id: string | null
}

/** Cases 77 to 82: the list of models. */
export const MODEL_CASES: readonly ConformanceCase[] = [
  {
    number: '77',
    title: 'the list, newest first, 20 on a page',
    check: async (server) => {
      const list = await listModels(server, '')
      expect(Object.keys(list)).toEqual(['data', 'has_more', 'first_id', 'last_id'])
      expect(list.data.length).toBeLessThanOrEqual(20)
      for (const model of list.data) {
        expect(Object.keys(model).slice(0, 4)).toEqual(['type', 'id', 'display_name', 'created_at'])
        expect(model).toMatchObject({
          lifecycle: 'active',
          deprecated_at: null,
          retires_at: null,
          line: null,
          max_input_tokens: expect.any(Number),
          max_tokens: expect.any(Number),
        })
        expect(model.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      }
      // The dates of some are unknown.
      const dates = list.data.map((model) => model.created_at).filter((date) => !date.startsWith('1970'))
      expect(dates).toEqual(dates.toSorted().reverse())
      expect([list.first_id, list.last_id]).toEqual([list.data.at(0)?.id, list.data.at(-1)?.id])
    },
  },
  {
    number: '78',
    title: 'pages of one, forwards: every id once, and an end',
    check: async (server) => {
      const all = (await listModels(server, '?limit=1000')).data.map((model) => model.id)
      const paged: string[] = []
      let query = '?limit=1'
      for (;;) {
        const list = await listModels(server, query)
        paged.push(...list.data.map((model) => model.id))
        if (!list.has_more) break
        query = `?limit=1&after_id=${list.last_id}`
      }
      expect(paged).toEqual(all)
    },
  },
  {
    number: '79',
    title: 'before_id gives the page just before it',
    check: async (server) => {
      const all = (await listModels(server, '?limit=1000')).data.map((model) => model.id)
      const list = await listModels(server, `?limit=2&before_id=${all[5]}`)
      expect(list.data.map((model) => model.id)).toEqual(all.slice(3, 5))
      expect(list.has_more).toBe(true)
      const first = await listModels(server, `?limit=2&before_id=${all[2]}`)
      expect(first.data.map((model) => model.id)).toEqual(all.slice(0, 2))
      expect(first.has_more).toBe(false)
    },
  },
  {
    number: '80',
    title: 'an alias gives its snapshot',
    check: async (server) => {
      const response = await send(server, { method: 'GET', path: '/v1/models/claude-opus-4-5' })
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({ type: 'model', id: 'claude-opus-4-5-20251101' })
    },
  },
  refusal('81', 'an unknown id', { method: 'GET', path: '/v1/models/nope' }, [
    404,
    'not_found_error',
    'model: nope',
  ]),
  refusal('82', 'limit 0', { method: 'GET', path: '/v1/models?limit=0' }, [
    400,
    INVALID_REQUEST,
    'limit: Input should be greater than or equal to 1',
  ]),
  refusal('82', 'limit 1001', { method: 'GET', path: '/v1/models?limit=1001' }, [
    400,
    INVALID_REQUEST,
    'limit: Input should be less than or equal to 1000',
  ]),
]

async function listModels(server: ServerUnderTest, query: string): Promise<ModelList> {
  const response = await send(server, { method: 'GET', path: `/v1/models${query}` })
  expect(response.status).toBe(200)
  return (await response.json()) as ModelList
}
