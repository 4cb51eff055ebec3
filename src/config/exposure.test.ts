import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { checkExposure } from './exposure.ts'

const state = { place: 'none', isDefault: true, folder: '/', staleSeconds: 300 }
const OPEN = { access: 'open', apiKeys: [], state } as const
const KEYS = { access: 'keys', apiKeys: ['k'], state } as const

describe('checkExposure', () => {
  it.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'])('requires no key on %s', (host) => {
    expect(() => checkExposure({ host, ...OPEN })).not.toThrow()
  })

  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.org', '127.0.0.1.example.org', '1127.0.0.1'])(
    'requires a key on %s',
    (host) => {
      expect(() => checkExposure({ host, ...OPEN })).toThrow(ConfigError)
      expect(() => checkExposure({ host, ...OPEN, apiKeys: ['k'] })).toThrow(ConfigError)
      expect(() => checkExposure({ host, ...KEYS })).not.toThrow()
    },
  )

  it('requires a key that can be declared or created where only known keys are accepted', () => {
    const keyless = { ...KEYS, host: '0.0.0.0', apiKeys: [] }
    expect(() => checkExposure(keyless)).toThrow(/there is no key/)
    expect(() => checkExposure({ ...keyless, state: { ...state, place: 'memory' } })).not.toThrow()
  })
})
