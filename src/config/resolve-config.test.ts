import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import type { ConfigOverrides } from './config-overrides.ts'
import { resolveConfig } from './resolve-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'continuo-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function fileWith(content: object): string {
  const path = join(folder, `${files++}.json`)
  writeFileSync(path, JSON.stringify(content))
  return path
}

function resolveFile(content: object, overrides: ConfigOverrides = {}, environment = {}) {
  return resolveConfig({ configPath: fileWith(content), ...overrides }, environment)
}

describe('resolveConfig', () => {
  it('serves on loopback without a key if nothing is configured', () => {
    const config = resolveConfig({}, {})
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8642,
      apiKeys: [],
      sharedCache: false,
      logLevel: 'info',
      logFormat: 'auto',
      defaultEngine: 'default',
    })
    expect([...config.engines.keys()]).toEqual(['default'])
  })

  it('gives overrides precedence over the file, and the file over defaults', () => {
    const file = { port: 1000, host: '::1', logLevel: 'warn', sharedCache: true, drainMs: 5 }
    expect(resolveFile(file, { port: 2000, logLevel: undefined, logFormat: 'json' })).toMatchObject({
      port: 2000,
      host: '::1',
      logLevel: 'warn',
      logFormat: 'json',
      sharedCache: true,
      drainMs: 5,
    })
  })

  it('reads the file that the environment names, unless an override names one', () => {
    const environment = { CONTINUO_CONFIG: fileWith({ port: 7 }) }
    expect(resolveConfig({}, environment).port).toBe(7)
    expect(resolveFile({ port: 8 }, {}, environment).port).toBe(8)
  })

  it('collects API keys from overrides, environment and file', () => {
    const config = resolveFile({ apiKeys: ['c'] }, { apiKeys: ['a'] }, { CONTINUO_API_KEYS: 'b1, b2' })
    expect(config.apiKeys).toEqual(['a', 'b1', 'b2', 'c'])
    const { metrics } = resolveFile({ metrics: { apiKeys: ['c'] } }, {}, { CONTINUO_METRICS_KEYS: 'b' })
    expect(metrics.apiKeys).toEqual(['b', 'c'])
  })

  it.each([
    ['an override', {}, { apiKeys: ['a', ' '] }, {}, /apiKeys \(--api-key\) is empty/],
    ['the file', { apiKeys: ['a', ''] }, {}, {}, /apiKeys\.1 is empty/],
    ['metrics', { metrics: { apiKeys: [''] } }, {}, {}, /metrics\.apiKeys\.0 is empty/],
    ['the environment', {}, {}, { CONTINUO_API_KEYS: '' }, /variable CONTINUO_API_KEYS is empty/],
    ['a metrics variable', {}, {}, { CONTINUO_METRICS_KEYS: ',' }, /Key 1 .*CONTINUO_METRICS_KEYS is empty/],
  ])('refuses an empty API key in %s', (_, content, overrides, environment, message) => {
    const resolve = () => resolveFile(content, overrides, environment)
    expect(resolve).toThrow(ConfigError)
    expect(resolve).toThrow(message)
  })

  const BAD_KEY = 'schl\u00fcssel'
  const NAMED = 'contains a character that cannot be sent in a header'
  it.each([
    ['the flag or a program', {}, { apiKeys: [BAD_KEY] }, {}, 'apiKeys (--api-key)'],
    ['a program, for admins', {}, { adminKeys: [BAD_KEY] }, {}, 'adminKeys'],
    ['the file', { apiKeys: ['a', BAD_KEY] }, {}, {}, 'apiKeys.1'],
    ['the file, for admins', { adminKeys: [BAD_KEY] }, {}, {}, 'adminKeys.0'],
    ['the file, for metrics', { metrics: { apiKeys: [BAD_KEY] } }, {}, {}, 'metrics.apiKeys.0'],
    [
      'the file, for an upstream',
      { engines: { a: { kind: 'openai-chat', baseUrls: ['http://a'], model: 'm', apiKey: BAD_KEY } } },
      {},
      {},
      'engines.a.apiKey',
    ],
    ...['CONTINUO_API_KEYS', 'CONTINUO_ADMIN_KEYS', 'CONTINUO_METRICS_KEYS'].map(
      (name): [string, object, ConfigOverrides, Record<string, string>, string] => [
        name,
        {},
        {},
        { [name]: `a, ${BAD_KEY}` },
        `Key 2 in the environment variable ${name}`,
      ],
    ),
  ])(
    'refuses a key beyond ASCII in %s, and does not show it',
    (_, content, overrides, environment, place) => {
      const resolve = () => resolveFile(content, overrides, environment)
      expect(resolve).toThrow(ConfigError)
      expect(resolve).toThrow(`${place} ${NAMED}`)
      expect(resolve).not.toThrow(BAD_KEY)
    },
  )

  it('restricts host names if there is no key, or if some are listed', () => {
    const hosts = (content: object, overrides = {}) => resolveFile(content, overrides).allowedHosts
    expect(hosts({})).toEqual([])
    expect(hosts({ apiKeys: ['k'] })).toBeNull()
    expect(hosts({ allowedHosts: ['Box.LAN.', '::1'] }, { allowedHosts: ['b'] })).toEqual([
      'b',
      'box.lan',
      '[::1]',
    ])
    expect(hosts({ apiKeys: ['k'], allowedHosts: ['a'] })).toEqual(['a'])
    expect(() => hosts({ allowedHosts: ['a:80'] })).toThrow(/"a:80", which is not a host/)
  })

  it('restricts host names of open metrics on loopback', () => {
    const metricsOf = (content: object, overrides = {}) => resolveFile(content, overrides).metrics
    expect(metricsOf({ apiKeys: ['k'] })).toMatchObject({ access: 'key', allowedHosts: null })
    const open = { apiKeys: ['k'], metrics: { access: 'open' } }
    expect(metricsOf(open)).toMatchObject({ access: 'open', allowedHosts: [] })
    expect(metricsOf({ ...open, host: '0.0.0.0' }).allowedHosts).toBeNull()
    expect(metricsOf(open, { host: '0.0.0.0' }).allowedHosts).toBeNull()
    expect(metricsOf(open, { metrics: { access: 'off' } })).toMatchObject({
      access: 'off',
      allowedHosts: null,
    })
  })

  it('takes admin keys from a program, the environment and the file, and none that is an API key too', () => {
    const environment = { CONTINUO_ADMIN_KEYS: 'b, c' }
    expect(resolveFile({ adminKeys: ['d'] }, { adminKeys: ['a'] }, environment).adminKeys).toEqual([
      'a',
      'b',
      'c',
      'd',
    ])
    expect(() => resolveFile({ adminKeys: ['d'], apiKeys: ['d'] })).toThrow(/have a key in common/)
  })

  it('accepts known keys only where some are declared, unless access is set', () => {
    const accessOf = (content: object, overrides: ConfigOverrides = {}) =>
      resolveFile(content, overrides).access
    expect(accessOf({})).toBe('open')
    expect(accessOf({ apiKeys: ['a'] })).toBe('keys')
    expect(accessOf({ apiKeys: ['a'], access: 'open' })).toBe('open')
    expect(accessOf({ access: 'open' }, { access: 'keys' })).toBe('keys')
  })

  it('signs with the organization id unless there is a secret', () => {
    const organizationId = '6b1c2a4e-52b0-4b57-9c3c-0d3a8f1e7b11'
    expect(resolveConfig({}, {})).toMatchObject({ organizationId: null, signatureSecret: null })
    expect(resolveFile({ organizationId })).toMatchObject({ organizationId, signatureSecret: organizationId })
    expect(resolveFile({ signatureSecret: 's' }).signatureSecret).toBe('s')
  })

  it('maps models to engines', () => {
    const config = resolveFile({
      engines: { big: { model: 'big.gguf' }, default: {} },
      models: { 'claude-2': 'big', mine: { engine: 'big', displayName: 'Mine' } },
    })
    expect([...config.models]).toEqual([
      ['claude-2', { engine: 'big' }],
      ['mine', { engine: 'big', displayName: 'Mine' }],
    ])
    expect(config.engines.get('big')?.settings.model).toBe(join(folder, 'big.gguf'))
  })

  it('takes the rows of test suites into a state in memory alone', () => {
    const conformance = { accounts: { users: [{ id: 'user_id', email: 'a@b.c' }] } }
    const { conformanceAccounts } = resolveFile({ conformance, state: 'memory' })
    expect(conformanceAccounts?.users).toEqual([
      { id: 'user_id', email: 'a@b.c', name: 'A user', role: 'user' },
    ])
    expect(resolveFile({ conformance: {} }).conformanceAccounts).toBeNull()
    expect(() => resolveFile({ conformance, state: 'postgres://localhost/continuo' })).toThrow(
      /--state memory/,
    )
  })

  it('sets the rules and adds the models that the suites of the official clients need', () => {
    const config = resolveFile({ conformance: { modelIds: ['model_id'] }, rules: { checkUserId: true } })
    expect(config.rules).toMatchObject({ lenientPaging: true, ignoreServerTools: true, checkUserId: true })
    expect([...config.models]).toEqual([['model_id', { engine: 'default' }]])
    expect(resolveFile({}).rules.lenientPaging).toBe(false)
  })

  it('refuses a model of an engine that is not configured', () => {
    expect(() => resolveFile({ models: { 'claude-2': 'big' } })).toThrow(
      /"claude-2" to the engine "big", but engines has only: default\./,
    )
  })

  it.each([{ port: 70_000 }, { engine: { threads: 0 } }])('refuses the override %j', (overrides) => {
    expect(() => resolveConfig(overrides, {})).toThrow(ConfigError)
  })
})
