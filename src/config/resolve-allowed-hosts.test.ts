import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { resolveAllowedHosts } from './resolve-allowed-hosts.ts'

describe('resolveAllowedHosts', () => {
  it.each([
    ['box', 'box'],
    ['Box.LAN.', 'box.lan'],
    ['192.0.2.1', '192.0.2.1'],
    ['::1', '[::1]'],
    ['[::1]', '[::1]'],
  ])('normalizes %s', (name, hostname) => {
    expect(resolveAllowedHosts([name])).toEqual([hostname])
  })

  it.each(['', 'http://a', 'a:80', '[::1]:80', 'a:', 'a/b', 'u@a', 'a b', '*'])('refuses %j', (name) => {
    expect(() => resolveAllowedHosts(['ok', name])).toThrow(ConfigError)
    expect(() => resolveAllowedHosts([name])).toThrow(`allowedHosts contains "${name}"`)
  })
})
