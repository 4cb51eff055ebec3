import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ModelRoutes } from './model-routes.ts'
import { resolveConfig } from './resolve-config.ts'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'continuo-folder-'))
  mkdirSync(join(folder, 'owner', 'repo'), { recursive: true })
  const names = ['b.gguf', 'a.gguf', 'mmproj-a.gguf', 'notes.txt', 'owner/repo/big-00001-of-00002.gguf']
  for (const name of [...names, 'owner/repo/big-00002-of-00002.gguf'])
    writeFileSync(join(folder, name), 'GGUF')
})
afterAll(() => rmSync(folder, { recursive: true }))

function routesOf(settings: object, overrides: object = {}) {
  const configPath = join(folder, 'continuo.json')
  writeFileSync(configPath, JSON.stringify(settings))
  const config = resolveConfig({ configPath, ...overrides }, {})
  return { config, routes: new ModelRoutes(config) }
}

describe('a folder of models', () => {
  it('has an engine for each model, loaded on demand, with the settings of flags', () => {
    const { config, routes } = routesOf({ modelsFolder: '.' }, { engine: { threads: 2 } })
    expect([...config.engines.keys()]).toEqual(['a', 'b', 'big'])
    expect(config.defaultEngine).toBe('a')
    for (const engine of config.engines.values())
      expect(engine.settings).toMatchObject({
        onDemand: true,
        threads: 2,
        model: expect.stringContaining(folder),
      })
    expect(routes.engineNameFor(routes.catalog.resolve('big'))).toBe('big')
    expect(routes.engineNameFor(routes.catalog.resolve('claude-2.1'))).toBe('a')
  })

  it('stands beside engines of the file and the model of a flag', () => {
    const far = { kind: 'openai-chat', baseUrls: ['http://far'], model: 'm' }
    expect(routesOf({ modelsFolder: '.', engines: { far } }).config.defaultEngine).toBe('far')
    const { config } = routesOf({}, { modelsFolder: folder, engine: { model: join(folder, 'b.gguf') } })
    expect(config.defaultEngine).toBe('default')
    expect(config.engines.get('default')?.settings).toMatchObject({ onDemand: false })
  })

  it('is refused where it is none, or empty', () => {
    expect(() => routesOf({ modelsFolder: 'nowhere' })).toThrow(
      /modelsFolder \(--models\) is .*nowhere, which is no folder/,
    )
    mkdirSync(join(folder, 'empty'))
    expect(() => routesOf({}, { modelsFolder: join(folder, 'empty') })).toThrow(/has no GGUF file/)
  })
})

describe('models', () => {
  const engines = {
    one: { kind: 'openai-chat', baseUrls: ['http://one'], model: 'one-model' },
    two: { kind: 'openai-chat', baseUrls: ['http://two'], model: 'two-model' },
  }

  it('maps every id that is not known by "*"', () => {
    const { routes } = routesOf({ engines, defaultEngine: 'one', models: { '*': 'two', mine: 'one' } })
    const engineOf = (id: string) => routes.engineNameFor(routes.catalog.resolve(id))
    expect(['mine', 'claude-2.1', 'gpt-4o', 'anything[1m]'].map(engineOf)).toEqual([
      'one',
      'one',
      'two',
      'two',
    ])
    expect(routes.catalog.retrieve('gpt-4o').id).toBe('two-model')
    expect(() => routes.catalog.resolve('')).toThrow()
  })

  it('lists only own ids where that is set, and serves the others', () => {
    const settings = {
      engines,
      defaultEngine: 'one',
      models: { mine: 'two', 'claude-2.1': 'two' },
      listOnlyOwnModels: true,
    }
    const { catalog } = routesOf(settings).routes
    const { models, hasMore } = catalog.page({ maxModels: 10 })
    expect(models.map(({ id }) => id).toSorted()).toEqual(['claude-2.1', 'mine', 'one-model', 'two-model'])
    expect(hasMore).toBe(false)
    expect(catalog.page({ maxModels: 2, afterId: models[1]?.id ?? '' }).models).toEqual(models.slice(2))
    expect(catalog.resolve('claude-opus-4-5')).toBe('claude-opus-4-5-20251101')
    expect(() => catalog.page({ maxModels: 2, afterId: 'claude-opus-4-5' })).toThrow(/model: claude-opus-4-5/)
    expect(
      catalog
        .only(new Set(['mine']))
        .page({ maxModels: 5 })
        .models.map(({ id }) => id),
    ).toEqual(['mine'])
  })
})
