import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cacheFolder } from './cache-folder.ts'

describe('cacheFolder', () => {
  it('is where programs of the platform keep what they can make again', () => {
    const home = homedir()
    expect(cacheFolder({}, 'linux')).toBe(join(home, '.cache', 'continuo'))
    expect(cacheFolder({ XDG_CACHE_HOME: '' }, 'linux')).toBe(join(home, '.cache', 'continuo'))
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/cache' }, 'linux')).toBe(join('/var/cache', 'continuo'))
    expect(cacheFolder({}, 'darwin')).toBe(join(home, 'Library', 'Caches', 'continuo'))
    expect(cacheFolder({ LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local', 'continuo', 'cache'))
  })

  it('is what the variable names, or nowhere', () => {
    expect(cacheFolder({ CONTINUO_CACHE: 'here' }, 'linux')).toBe(resolve('here'))
    expect(cacheFolder({ CONTINUO_CACHE: '', XDG_CACHE_HOME: '/x' }, 'linux')).toBe(join('/x', 'continuo'))
    expect(cacheFolder({ CONTINUO_CACHE: 'none' }, 'linux')).toBeNull()
  })
})
