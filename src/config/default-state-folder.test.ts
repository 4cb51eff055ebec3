import { homedir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultStateFolder } from './default-state-folder.ts'

describe('defaultStateFolder', () => {
  it.each([
    ['linux', { XDG_DATA_HOME: '/data' }, '/data/continuo'],
    ['linux', { XDG_DATA_HOME: '' }, join(homedir(), '.local/share/continuo')],
    ['linux', {}, join(homedir(), '.local/share/continuo')],
    ['darwin', { XDG_DATA_HOME: '/data' }, join(homedir(), 'Library/Application Support/continuo')],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/continuo'],
    ['win32', {}, join(homedir(), 'AppData/Local/continuo')],
  ])('on %s with %j is %s', (platform, environment, folder) => {
    expect(defaultStateFolder(environment, platform)).toBe(folder)
  })
})
