import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { checkExposure } from './exposure.ts'

describe('checkExposure', () => {
  it.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1', '[::1]'])('requires no key on %s', (host) => {
    expect(() => checkExposure({ host, apiKeys: [] })).not.toThrow()
  })

  it.each(['0.0.0.0', '::', '192.0.2.1', 'example.org', '127.0.0.1.example.org', '1127.0.0.1'])(
    'requires a key on %s',
    (host) => {
      expect(() => checkExposure({ host, apiKeys: [] })).toThrow(ConfigError)
      expect(() => checkExposure({ host, apiKeys: ['k'] })).not.toThrow()
    },
  )
})
