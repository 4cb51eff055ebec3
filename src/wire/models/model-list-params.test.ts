import { expect, test } from 'vitest'
import { ModelCatalog } from '../../models/model-catalog.ts'
import { parseModelListParams } from './model-list-params.ts'

const catalog = new ModelCatalog({ configuredModelIds: [] })
const parse = (query: string) => parseModelListParams(new URLSearchParams(query), catalog)

test.each([
  ['', { maxModels: 20 }],
  ['limit=1000', { maxModels: 1000 }],
  ['limit=1&after_id=claude-2.1', { maxModels: 1, afterId: 'claude-2.1' }],
  ['before_id=claude-2', { maxModels: 20, beforeId: 'claude-2' }],
  ['lifecycle=active&lifecycle=retired&beta=true', { maxModels: 20 }],
  ['lifecycle%5B%5D=active', { maxModels: 20 }],
  ['lifecycle[]=deprecated&lifecycle[]=retired&after_id=claude-2', { maxModels: 20, isEmpty: true }],
])('%s', (query, params) => {
  expect(parse(query)).toEqual(params)
})

test.each([
  ['limit=0', 'limit: Input should be greater than or equal to 1'],
  ['limit=-5', 'limit: Input should be greater than or equal to 1'],
  ['limit=1001', 'limit: Input should be less than or equal to 1000'],
  ['lifecycle[]=active&lifecycle[]=new', "lifecycle.1: Input should be 'active', 'deprecated' or 'retired'"],
  ['limit=', 'limit: Input should be a valid integer'],
  ['limit=2.5', 'limit: Input should be a valid integer'],
  ['limit=many', 'limit: Input should be a valid integer'],
  ['after_id=nope', 'after_id: unknown model id: nope'],
  ['before_id=', 'before_id: unknown model id: '],
  ['before_id=claude-2&after_id=claude-2', 'after_id: cannot be used together with before_id'],
])('%s is refused', (query, message) => {
  expect(() => parse(query)).toThrow(expect.objectContaining({ code: 'invalid-request', message }))
})

test.each([
  ['after_id=nope&before_id=neither', { maxModels: 20 }],
  ['lifecycle[]=string', { maxModels: 20, isEmpty: true }],
  ['after_id=claude-2&before_id=claude-2.1', { maxModels: 20, beforeId: 'claude-2.1' }],
  ['after_id=claude-2&before_id=nope&limit=1', { maxModels: 1, afterId: 'claude-2' }],
])('%s is accepted under the rule lenientPaging', (query, params) => {
  expect(parseModelListParams(new URLSearchParams(query), catalog, true)).toEqual(params)
})
