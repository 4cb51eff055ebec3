import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolveTls } from './resolve-tls.ts'

describe('resolveTls', () => {
  it('resolves paths of the file from its folder, and flags from the current one', () => {
    expect(resolveTls({}, '/etc/continuo', {})).toBeNull()
    expect(resolveTls({ tlsCert: 'a.crt', tlsKey: '/b.key' }, '/etc/continuo', {})).toEqual({
      certPath: resolve('/etc/continuo/a.crt'),
      keyPath: resolve('/b.key'),
    })
    expect(resolveTls({ tlsCert: 'a.crt' }, '/etc', { tlsCert: 'c.crt', tlsKey: 'd.key' })).toEqual({
      certPath: resolve('c.crt'),
      keyPath: resolve('d.key'),
    })
  })

  it('names the one that is missing', () => {
    expect(() => resolveTls({ tlsCert: 'a' }, '/', {})).toThrow(/tlsKey \(--tls-key\) is missing/)
    expect(() => resolveTls({}, '/', { tlsKey: 'a' })).toThrow(/tlsCert \(--tls-cert\) is missing/)
  })
})
