import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import type { ConfigOverrides } from './config-overrides.ts'
import { CONFIG_SCHEMA } from './config-schema.ts'
import { resolveEngines, SHIPPED_MODEL_PATH } from './resolve-engines.ts'

const FOLDER = resolve('/etc/continuo')
const FAR = { kind: 'openai-chat', baseUrls: ['http://a'], model: 'm' }

function enginesOf(file: object, engine: NonNullable<ConfigOverrides['engine']> = {}) {
  const sources = { file: CONFIG_SCHEMA.parse(file), folder: FOLDER, environment: {} }
  return resolveEngines({ ...sources, overrides: { engine } })
}

describe('resolveEngines', () => {
  it('runs the demonstration model if no engine is configured', () => {
    const { engines, defaultEngine } = enginesOf({})
    expect(defaultEngine).toBe('default')
    expect([...engines]).toEqual([
      ['default', { kind: 'llama', settings: expect.objectContaining({ model: SHIPPED_MODEL_PATH }) }],
    ])
  })

  it('lets overrides take precedence over the section of the default engine alone', () => {
    const file = { engines: { default: { maxSequences: 2, seed: 5 }, other: { maxSequences: 2 } } }
    const { engines } = enginesOf(file, { maxSequences: 3, threads: undefined })
    expect(engines.get('default')?.settings).toMatchObject({ maxSequences: 3, seed: 5, threads: 'auto' })
    expect(engines.get('other')?.settings).toMatchObject({ maxSequences: 2 })
  })

  it('resolves the path of a model from the file, or from the current folder if it is given elsewhere', () => {
    const file = { engines: { default: { model: 'a.gguf' } } }
    expect(enginesOf(file).engines.get('default')?.settings.model).toBe(resolve(FOLDER, 'a.gguf'))
    const given = enginesOf(file, { model: 'b.gguf' })
    expect(given.engines.get('default')?.settings.model).toBe(resolve('b.gguf'))
  })

  it('resolves the path of a draft model in the same way, and has none by default', () => {
    const draftOf = (file: object, given = {}) => {
      const settings = enginesOf(file, given).engines.get('default')?.settings
      return settings !== undefined && 'draftModel' in settings ? settings.draftModel : undefined
    }
    const file = { engines: { default: { draftModel: 'small.gguf' } } }
    expect(draftOf({})).toBeUndefined()
    expect(draftOf(file)).toBe(resolve(FOLDER, 'small.gguf'))
    expect(draftOf(file, { draftModel: 'other.gguf' })).toBe(resolve('other.gguf'))
    expect(draftOf(file, { draftModel: 'hf:owner/repo' })).toBe('hf:owner/repo')
  })

  it('takes an engine without a kind, or of the kind "llama", for a model in this process', () => {
    const { engines } = enginesOf({ engines: { default: {}, other: { kind: 'llama' }, far: FAR } })
    expect([...engines.values()].map(({ kind }) => kind)).toEqual(['llama', 'llama', 'upstream'])
  })

  it.each([
    [{ engines: { a: {} } }, 'a'],
    [{ engines: { a: {}, default: {} } }, 'default'],
    [{ engines: { a: {}, b: {} }, defaultEngine: 'b' }, 'b'],
  ])('chooses the default engine of %j', (file, name) => {
    expect(enginesOf(file).defaultEngine).toBe(name)
  })

  it.each([
    [{ engines: { a: {} }, defaultEngine: 'b' }, /defaultEngine is "b", but engines has only: a\./],
    [{ defaultEngine: 'b' }, /engines has only: none\./],
    [{ engines: { a: {}, b: {} } }, /name one of them as defaultEngine \(a, b\)/],
  ])('refuses %j', (file, message) => {
    expect(() => enginesOf(file)).toThrow(ConfigError)
    expect(() => enginesOf(file)).toThrow(message)
  })

  it('refuses overrides for a default engine on another server', () => {
    expect(() => enginesOf({ engines: { far: FAR } }, { threads: 2 })).toThrow(
      /^threads is a setting for a model in this process/,
    )
    expect(() => enginesOf({ engines: { far: FAR } }, { threads: undefined })).not.toThrow()
  })

  it('needs neither the file nor the key of an engine whose recordings are played', () => {
    const recording = { folder: 'r' }
    const { engines } = enginesOf({
      engines: {
        default: { ...FAR, apiKeyVariable: 'MISSING', recording },
        local: { model: 'missing.gguf', recording },
        only: { kind: 'replay', folder: '/r', model: 'own' },
      },
    })
    const settings = { folder: resolve(FOLDER, 'r'), repeat: 'last', pace: 'none' }
    expect(engines.get('default')).toMatchObject({ kind: 'replay', settings: { ...settings, model: 'm' } })
    expect(engines.get('local')).toMatchObject({
      kind: 'replay',
      settings: { ...settings, model: 'missing' },
    })
    expect(engines.get('only')).toMatchObject({
      kind: 'replay',
      settings: { folder: resolve('/r'), model: 'own' },
    })
  })

  it('records where the file, the environment or a program says so', () => {
    const file = CONFIG_SCHEMA.parse({ engines: { default: { recording: { folder: 'r', mode: 'record' } } } })
    const modeOf = (environment: object, recording?: object) => {
      const overrides = recording === undefined ? {} : { recording }
      const { engines } = resolveEngines({
        file,
        folder: FOLDER,
        environment: environment as Record<string, string>,
        overrides,
      })
      const engine = engines.get('default')
      return engine?.kind === 'replay' ? 'replay' : engine?.recording?.mode
    }
    expect(modeOf({})).toBe('record')
    expect(modeOf({ CONTINUO_RECORDING: 'replay' })).toBe('replay')
    expect(modeOf({ CONTINUO_RECORDING: 'replay' }, { mode: 'record-missing' })).toBe('record-missing')
    expect(() => modeOf({ CONTINUO_RECORDING: 'on' })).toThrow('CONTINUO_RECORDING is "on"')
    expect(() => modeOf({}, { mode: 'on' })).toThrow('recording.mode must be')
  })
})
