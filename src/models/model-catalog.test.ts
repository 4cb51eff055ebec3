import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KNOWN_MODELS } from './known-models.ts'
import { ModelCatalog } from './model-catalog.ts'
import { NEWER_MODELS } from './newer-models.ts'

const catalog = new ModelCatalog({ configuredModelIds: [] })
const ALL = catalog.page({ maxModels: 1000 }).models

/** The type `Model` of the API's reference page of November 2025. */
const REFERENCE_PAGE_IDS = [
  'claude-opus-4-5-20251101',
  'claude-opus-4-5',
  'claude-3-7-sonnet-latest',
  'claude-3-7-sonnet-20250219',
  'claude-3-5-haiku-latest',
  'claude-3-5-haiku-20241022',
  'claude-haiku-4-5',
  'claude-haiku-4-5-20251001',
  'claude-sonnet-4-20250514',
  'claude-sonnet-4-0',
  'claude-4-sonnet-20250514',
  'claude-sonnet-4-5',
  'claude-sonnet-4-5-20250929',
  'claude-opus-4-0',
  'claude-opus-4-20250514',
  'claude-4-opus-20250514',
  'claude-opus-4-1-20250805',
  'claude-3-opus-latest',
  'claude-3-opus-20240229',
  'claude-3-haiku-20240307',
]

/** Other ids that the API served, and clients still send. */
const OTHER_IDS = [
  'claude-opus-4-1',
  'claude-3-5-sonnet-20241022',
  'claude-3-5-sonnet-latest',
  'claude-3-5-sonnet-20240620',
  'claude-3-sonnet-20240229',
]

describe('ModelCatalog', () => {
  it.each(REFERENCE_PAGE_IDS)('knows %s of the reference page', (id) => {
    const model = catalog.retrieve(id)
    expect(model.isForTextCompletions).toBe(false)
    expect(ALL).toContain(model)
  })

  it('lists the Messages API’s ids of the reference page, newer and older ones, and no others', () => {
    const newerIds = NEWER_MODELS.map((model) => model.id)
    const ids = KNOWN_MODELS.filter((model) => model.api === 'messages').flatMap((m) => [m.id, ...m.aliases])
    expect(ids.toSorted()).toEqual([...newerIds, ...REFERENCE_PAGE_IDS, ...OTHER_IDS].toSorted())
    expect(newerIds.every((id) => /^claude-(haiku|sonnet|opus|fable|mythos)-/.test(id))).toBe(true)
  })

  it.each([
    ['claude-2', 'claude-2.0'],
    ['claude-2.1', 'claude-2.1'],
    ['claude-1', 'claude-1.3'],
    ['claude-1-100k', 'claude-1.3-100k'],
    ['claude-v1', 'claude-1.3'],
    ['claude-v1.2', 'claude-1.2'],
    ['claude-instant-1', 'claude-instant-1.2'],
    ['claude-instant-v1', 'claude-instant-1.2'],
    ['claude-instant-v1.1-100k', 'claude-instant-1.1-100k'],
    ['claude-3-5-haiku-latest', 'claude-3-5-haiku-20241022'],
    ['claude-4-opus-20250514', 'claude-opus-4-20250514'],
    ['claude-opus-4-1', 'claude-opus-4-1-20250805'],
    ['claude-3-5-sonnet-latest', 'claude-3-5-sonnet-20241022'],
    ['claude-sonnet-4-5[1m]', 'claude-sonnet-4-5-20250929'],
    ['claude-opus-4-8[1M]', 'claude-opus-4-8'],
    ['claude-opus-4-8[200k]', 'claude-opus-4-8'],
  ])('resolves %s to %s', (id, snapshotId) => {
    expect(catalog.resolve(id)).toBe(snapshotId)
  })

  it('gives each id one model, and every model valid dates', () => {
    const ids = KNOWN_MODELS.flatMap((model) => [model.id, ...model.aliases])
    expect(new Set(ids).size).toBe(ids.length)
    for (const { createdAt, endOfLife } of KNOWN_MODELS) {
      expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT00:00:00Z$/)
      expect(endOfLife ?? '2026-01-01').toMatch(/^\d{4}-\d\d-\d\d$/)
    }
  })

  it('lists models of the Claude API newest first, also those whose date is unknown', () => {
    expect(ALL.map(({ id }) => id)).toEqual(KNOWN_MODELS.map(({ id }) => id))
    expect(ALL[0]?.id).toBe('claude-fable-5-2')
  })

  it('finds a configured id that ends in brackets before the one without them', () => {
    const configuredModelIds = [{ id: 'own' }, { id: 'own[1m]' }]
    const own = new ModelCatalog({ configuredModelIds })
    expect(own.resolve('own[1m]')).toBe('own[1m]')
    expect(own.retrieve('own[2m]').id).toBe('own')
    expect(own.has('own[2m]')).toBe(true)
  })

  it('does not find an unknown id', () => {
    for (const id of [
      'claude-foo',
      'claude-foo[1m]',
      '[1m]',
      'claude-2[x]',
      'claude-2[1m] ',
      '',
      'constructor',
      '__proto__',
      'CLAUDE-2',
    ]) {
      expect(() => catalog.resolve(id)).toThrow(
        expect.objectContaining({ code: 'model-not-found', message: `model: ${id}` }),
      )
      expect(catalog.has(id)).toBe(false)
    }
  })

  it('adds configured ids', () => {
    const own = new ModelCatalog({
      configuredModelIds: [
        { id: 'my/model' },
        { id: 'newest', displayName: 'Newest', createdAt: '2030-01-01T00:00:00Z' },
        { id: 'claude-2.1', displayName: 'My 2.1' },
        { id: 'claude-2' },
      ],
    })
    expect(own.retrieve('my/model')).toEqual({
      id: 'my/model',
      displayName: 'my/model',
      createdAt: '1970-01-01T00:00:00Z',
      isForTextCompletions: true,
    })
    const { models } = own.page({ maxModels: 1000 })
    expect(models[0]).toMatchObject({ id: 'newest', displayName: 'Newest' })
    expect(models).toHaveLength(ALL.length + 2)
    expect(own.retrieve('claude-2.1').displayName).toBe('My 2.1')
    expect(own.resolve('claude-2')).toBe('claude-2.0')
  })

  it('pages in both directions through every model once, in one order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), (maxModels) => {
        const forwards = []
        let page = catalog.page({ maxModels })
        forwards.push(...page.models)
        while (page.hasMore) {
          page = catalog.page({ maxModels, afterId: page.models.at(-1)?.id ?? '' })
          forwards.push(...page.models)
        }
        expect(forwards).toEqual(ALL)

        const backwards = ALL.slice(-1)
        do {
          page = catalog.page({ maxModels, beforeId: backwards[0]?.id ?? '' })
          backwards.unshift(...page.models)
        } while (page.hasMore)
        expect(backwards).toEqual(ALL)
      }),
    )
  })

  it('takes an alias as a cursor', () => {
    const { models } = catalog.page({ maxModels: 1, afterId: 'claude-opus-4-5' })
    const place = ALL.findIndex(({ id }) => id === 'claude-opus-4-5-20251101')
    expect(models).toEqual(ALL.slice(place + 1, place + 2))
  })
})
