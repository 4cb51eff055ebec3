import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { upstreamSettings } from '../../test/upstream-settings.ts'
import { ConfigError } from './config-error.ts'
import { type ConfigOverrides, checkExposure, resolveConfig, SHIPPED_MODEL_PATH } from './resolve-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'continuo-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function fileWith(content: unknown): string {
  const path = join(folder, `${files++}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

function resolveFile(content: unknown, overrides: ConfigOverrides = {}, environment = {}) {
  return resolveConfig({ configPath: fileWith(content), ...overrides }, environment)
}

describe('resolveConfig', () => {
  it('serves the shipped model on loopback when nothing is said', () => {
    const config = resolveConfig({}, {})
    expect(config).toMatchObject({ host: '127.0.0.1', port: 8642, apiKeys: [], defaultEngine: 'default' })
    expect(config.engines.get('default')).toMatchObject({
      settings: { modelPath: SHIPPED_MODEL_PATH },
      format: null,
    })
  })

  it('keeps what each key sent to itself, unless the file says that they share it', () => {
    expect(resolveConfig({}, {}).sharedCache).toBe(false)
    expect(resolveFile({ sharedCache: true }).sharedCache).toBe(true)
  })

  it('lets flags go before the file, and leaves alone what no flag says', () => {
    const config = resolveFile(
      { port: 1000, host: '::1', engines: { main: { model: 'a.gguf', sequences: 2, seed: 5 } } },
      { port: 2000, engine: { sequences: 3, threads: undefined } },
    )
    expect(config).toMatchObject({ port: 2000, host: '::1', defaultEngine: 'main' })
    expect(config.engines.get('main')?.settings).toMatchObject({
      modelPath: join(folder, 'a.gguf'),
      maxSequences: 3,
      seed: 5,
      threads: null,
    })
  })

  it('collects keys from flags, environment and file', () => {
    const config = resolveFile({ apiKeys: ['c'] }, { apiKeys: ['a'] }, { CONTINUO_API_KEYS: 'b1, b2' })
    expect(config.apiKeys).toEqual(['a', 'b1', 'b2', 'c'])
  })

  it.each([
    ['a flag', {}, { apiKeys: [''] }, {}, /apiKeys \(--api-key\) is empty/],
    ['a flag of blanks', {}, { apiKeys: ['a', ' '] }, {}, /--api-key.* is empty/],
    ['the file', { apiKeys: ['a', ''] }, {}, {}, /apiKeys\.1 is empty/],
    ['blanks in the file', { apiKeys: [' \t'] }, {}, {}, /apiKeys\.0 is empty/],
    ['metrics', { metrics: { apiKeys: [''] } }, {}, {}, /metrics\.apiKeys\.0 is empty/],
    ['the environment', {}, {}, { CONTINUO_API_KEYS: '' }, /variable CONTINUO_API_KEYS is empty/],
    ['blanks in the environment', {}, {}, { CONTINUO_API_KEYS: ' ' }, /CONTINUO_API_KEYS is empty/],
    ['an entry', {}, {}, { CONTINUO_API_KEYS: 'a,,b' }, /Key 2 .*CONTINUO_API_KEYS is empty/],
    ['the first entry', {}, {}, { CONTINUO_API_KEYS: ', b' }, /Key 1 .*CONTINUO_API_KEYS is empty/],
    ['the last entry', {}, {}, { CONTINUO_API_KEYS: 'a,' }, /Key 2 .*CONTINUO_API_KEYS is empty/],
    ['a metrics entry', {}, {}, { CONTINUO_METRICS_KEYS: ',' }, /Key 1 .*CONTINUO_METRICS_KEYS is empty/],
  ])('takes an empty key for a mistake: %s', (_, content, overrides, environment, message) => {
    const resolve = () => resolveFile(content, overrides, environment)
    expect(resolve).toThrow(ConfigError)
    expect(resolve).toThrow(message)
  })

  it.each(['schl\u00fcssel', 'key\u{1f511}', 'a\nb', 'a\u0000', 'a\u007f', ' key', 'key\t'])(
    'refuses a key that no header carries, and does not show it: %j',
    (key) => {
      const contents = [
        { apiKeys: [key] },
        { metrics: { apiKeys: [key] } },
        { engines: { far: { kind: 'openai-chat', baseUrls: ['http://a'], model: 'm', apiKey: key } } },
      ]
      for (const content of contents) {
        expect(() => resolveFile(content)).toThrow(/apiKeys?(\.0)? (holds a character|begins or ends)/)
        expect(() => resolveFile(content)).not.toThrow(key)
      }
      expect(() => resolveConfig({ apiKeys: [key] }, {})).toThrow(ConfigError)
    },
  )

  it('says which names the server may be called by: none are checked where a key is', () => {
    const hosts = (content: object, overrides = {}) => resolveFile(content, overrides).allowedHosts
    expect(hosts({})).toEqual([])
    expect(hosts({ apiKeys: ['k'] })).toBeNull()
    expect(hosts({ allowedHosts: ['Box.LAN.', '::1'] }, { allowedHosts: ['b'] })).toEqual([
      'b',
      'box.lan',
      '[::1]',
    ])
    expect(hosts({ apiKeys: ['k'], allowedHosts: ['a'] })).toEqual(['a'])
    const ofMetrics = (content: object) => resolveFile(content).metrics.allowedHosts
    expect(ofMetrics({ apiKeys: ['k'] })).toBeNull()
    expect(ofMetrics({ apiKeys: ['k'], metrics: { access: 'open' } })).toEqual([])
    expect(ofMetrics({ apiKeys: ['k'], host: '0.0.0.0', metrics: { access: 'open' } })).toBeNull()
  })

  it.each(['', 'http://a', 'a:80', '[::1]:80', 'a:', 'a/b', 'u@a', 'a b', '*'])('%j is no host', (name) => {
    expect(() => resolveFile({ allowedHosts: [name] })).toThrow(/allowedHosts names .* no host/)
  })

  it('reads the file that the environment names', () => {
    expect(resolveConfig({}, { CONTINUO_CONFIG: fileWith({ port: 7 }) }).port).toBe(7)
  })

  it('maps models to engines', () => {
    const config = resolveFile({
      engines: { big: { model: 'big.gguf' }, default: {} },
      models: { 'claude-2': 'big', mine: { engine: 'big', displayName: 'Mine' } },
    })
    expect(config.defaultEngine).toBe('default')
    expect([...config.models]).toEqual([
      ['claude-2', { engine: 'big' }],
      ['mine', { engine: 'big', displayName: 'Mine' }],
    ])
  })

  it.each([
    ['no JSON', '{', /is not JSON/],
    [
      'no JSON, without a word of it',
      '{\n  "apiKeys": [sk-secret, "other"] }',
      /is not JSON: unexpected character: line 2 column 15$/,
    ],
    ['an unknown setting', { prot: 3 }, /prot/],
    ['a setting out of range', { port: 70_000 }, /at port/],
    ['a nested setting of the wrong kind', { engines: { a: { threads: 'many' } } }, /at engines\.a\.threads/],
    [
      'a model of an engine that is not there',
      { models: { 'claude-2': 'big' } },
      /"claude-2" to the engine "big"/,
    ],
    ['a default engine that is not there', { engines: { a: {} }, defaultEngine: 'b' }, /names only: a/],
    ['several engines and no default', { engines: { a: {}, b: {} } }, /say which is the defaultEngine/],
  ])('refuses %s in one line that names it', (_, content, message) => {
    const resolve = () => resolveFile(content)
    expect(resolve).toThrow(ConfigError)
    expect(resolve).toThrow(message)
  })

  it('names a file that cannot be read', () => {
    mkdirSync(join(folder, 'folder'))
    expect(() => resolveConfig({ configPath: join(folder, 'none.json') }, {})).toThrow(
      /none\.json cannot be read/,
    )
    expect(() => resolveConfig({ configPath: join(folder, 'folder') }, {})).toThrow(/cannot be read/)
  })
})

describe('resolveConfig of engines on other servers', () => {
  const VLLM = {
    kind: 'openai-chat',
    server: 'vllm',
    baseUrls: ['http://a:8000', 'http://b:8000'],
    model: 'm',
  }

  it('completes what is said', () => {
    const config = resolveFile(
      { engines: { far: { ...VLLM, apiKeyVariable: 'KEY', contextWindowTokens: 100, idleTimeoutMs: 5 } } },
      {},
      { KEY: 'k' },
    )
    expect(config.defaultEngine).toBe('far')
    expect(config.engines.get('far')).toEqual({
      type: 'upstream',
      settings: upstreamSettings({
        kind: 'openai-chat',
        server: 'vllm',
        baseUrls: ['http://a:8000', 'http://b:8000'],
        model: 'm',
        apiKey: 'k',
        contextWindowTokens: 100,
        idleTimeoutMs: 5,
      }),
    })
  })

  it('takes an engine without a kind, or of the kind "llama", for a model in this process', () => {
    const config = resolveFile({ engines: { default: {}, other: { kind: 'llama', model: 'a.gguf' } } })
    expect([...config.engines.values()].map((engine) => engine.type)).toEqual(['llama', 'llama'])
  })

  it.each([
    ['an unknown kind', { kind: 'grpc' }, /at engines\.far\.kind/],
    ['no address', { baseUrls: [] }, /at engines\.far\.baseUrls/],
    ['an address that is none', { baseUrls: ['localhost:8000'] }, /at engines\.far\.baseUrls\.0/],
    ['an address with a password', { baseUrls: ['http://u:secret@a'] }, /engines\.far\.baseUrls.*apiKey/],
    ['a setting of another kind', { sampling: 'none' }, /"sampling"/],
    ['a setting of a model in this process', { threads: 2 }, /"threads"/],
    ['a key that is not there', { apiKeyVariable: 'NONE' }, /NONE, which is not set/],
    ['an empty key', { apiKey: ' ' }, /engines\.far\.apiKey is empty/],
  ])('refuses %s in one line that names it', (_, change, message) => {
    const resolve = () => resolveFile({ engines: { far: { ...VLLM, ...change } } })
    expect(resolve).toThrow(ConfigError)
    expect(resolve).toThrow(message)
    expect(resolve).not.toThrow(/secret/)
  })

  it('does not take flags of a model in this process for it', () => {
    const resolve = () => resolveFile({ engines: { far: VLLM } }, { engine: { threads: 2 } })
    expect(resolve).toThrow(/threads is a setting of a model in this process/)
  })
})

describe('checkExposure', () => {
  it.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('lets %s do without a key', (host) => {
    expect(() => checkExposure({ host, apiKeys: [] })).not.toThrow()
  })

  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.org', '127.0.0.1.example.org'])(
    'demands a key for %s',
    (host) => {
      expect(() => checkExposure({ host, apiKeys: [] })).toThrow(ConfigError)
      expect(() => checkExposure({ host, apiKeys: ['k'] })).not.toThrow()
    },
  )
})
