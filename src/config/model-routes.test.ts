import { describe, expect, it } from 'vitest'
import { llamaSettings } from '../../test/llama-settings.ts'
import { upstreamSettings } from '../../test/upstream-settings.ts'
import type { Config, EngineConfig } from './config.ts'
import { ModelRoutes } from './model-routes.ts'
import { resolveConfig } from './resolve-config.ts'

const ENGINES: readonly (readonly [string, EngineConfig])[] = [
  ['big', { kind: 'llama', settings: llamaSettings({ model: '/models/Big-7B.GGUF' }) }],
  [
    'far',
    {
      kind: 'upstream',
      settings: upstreamSettings({ kind: 'openai-chat', baseUrls: ['http://a'], model: 'org/far-model' }),
    },
  ],
]

function routesOf(change: Partial<Config> = {}): ModelRoutes {
  return new ModelRoutes({
    ...resolveConfig({}, {}),
    engines: new Map(ENGINES),
    defaultEngine: 'big',
    ...change,
  })
}

describe('ModelRoutes', () => {
  it('maps an id that is not configured to the default engine', () => {
    expect(routesOf().engineNameFor('claude-2.1')).toBe('big')
    expect(routesOf({ defaultEngine: 'far' }).engineNameFor('claude-2.1')).toBe('far')
  })

  it('knows every engine by its own model: the name of the file, or the id on its server', () => {
    const routes = routesOf()
    expect(routes.engineNameFor('Big-7B')).toBe('big')
    expect(routes.engineNameFor('org/far-model')).toBe('far')
    expect(routes.catalog.has('Big-7B')).toBe(true)
  })

  it('maps ids as configured, an alias by its snapshot', () => {
    const models = new Map([
      ['claude-2', { engine: 'far' }],
      ['mine', { engine: 'far', displayName: 'Mine' }],
    ])
    const routes = routesOf({ models })
    expect(routes.engineNameFor(routes.catalog.resolve('claude-2'))).toBe('far')
    expect(routes.engineNameFor('claude-2.0')).toBe('far')
    expect(routes.engineNameFor('mine')).toBe('far')
    expect(routes.catalog.retrieve('mine').displayName).toBe('Mine')
  })

  it('lets the configuration map the own model of an engine to another', () => {
    const routes = routesOf({ models: new Map([['Big-7B', { engine: 'far' }]]) })
    expect(routes.engineNameFor('Big-7B')).toBe('far')
  })

  it('has a model id for the default engine', () => {
    expect(routesOf().defaultModelId).toBe('Big-7B')
    expect(routesOf({ defaultEngine: 'far' }).defaultModelId).toBe('org/far-model')
  })
})
