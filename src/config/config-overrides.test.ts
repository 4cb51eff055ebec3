import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { givenEngineSettings, givenServerSettings } from './config-overrides.ts'

describe('givenServerSettings', () => {
  it('leaves out what is not given, and fills in no default', () => {
    expect(givenServerSettings({ port: 1, host: undefined, apiKeys: ['k'] })).toEqual({ port: 1 })
    expect(givenServerSettings({})).toEqual({})
  })

  it('names a setting that is wrong', () => {
    expect(() => givenServerSettings({ port: 70_000 })).toThrow(ConfigError)
    expect(() => givenServerSettings({ port: 70_000 })).toThrow(/^port must be at most 65535\.$/)
  })
})

describe('givenEngineSettings', () => {
  it('leaves out what is not given, and fills in no default', () => {
    expect(givenEngineSettings({ engine: { threads: 2, seed: undefined } })).toEqual({ threads: 2 })
    expect(givenEngineSettings({})).toEqual({})
  })

  it.each([
    [{ threads: 0 }, /^threads must be at least 1\.$/],
    [{ flashAttention: 'yes' }, /^flashAttention must be true or false or "auto"\.$/],
    [{ sequences: 1 }, /^There is no setting "sequences"\.$/],
  ])('refuses %j', (engine, message) => {
    const check = () => givenEngineSettings({ engine: engine as object })
    expect(check).toThrow(ConfigError)
    expect(check).toThrow(message)
  })
})
