import { homedir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import type { ConfigOverrides } from './config-overrides.ts'
import type { ConfigFile } from './config-schema.ts'
import { defaultStateFolder } from './default-state-folder.ts'
import { resolveState } from './resolve-state.ts'

const ENVIRONMENT = { XDG_DATA_HOME: '/data', LOCALAPPDATA: '/data' }
const USER_FOLDER = defaultStateFolder(ENVIRONMENT)

function stateOf(
  file: Pick<ConfigFile, 'state' | 'stateFolder'> = {},
  overrides: ConfigOverrides = {},
  environment: Record<string, string> = {},
) {
  const { state, stateFolder } = resolveState(file, '/etc/continuo', overrides, {
    ...ENVIRONMENT,
    ...environment,
  })
  return { ...state, stateFolder }
}

describe('resolveState', () => {
  it('is none for a program, and in the user’s folder for a server', () => {
    expect(stateOf()).toEqual({ place: 'none', isDefault: true, stateFolder: USER_FOLDER, staleSeconds: 300 })
    expect(stateOf({}, { hasStateByDefault: true })).toMatchObject({
      place: USER_FOLDER,
      isDefault: true,
      stateFolder: USER_FOLDER,
    })
  })

  it('takes a flag before the environment, and that before the file', () => {
    const file = { state: 'memory' }
    const environment = { CONTINUO_STATE: '/from-environment' }
    expect(stateOf(file).place).toBe('memory')
    expect(stateOf(file, {}, environment).place).toBe('/from-environment')
    expect(stateOf(file, { state: 'none' }, environment)).toMatchObject({ place: 'none', isDefault: false })
    expect(stateOf(file, { hasStateByDefault: true })).toMatchObject({ place: 'memory', isDefault: false })
    expect(stateOf(file, {}, { CONTINUO_STATE: '' }).place).toBe('memory')
  })

  it('resolves folders of the file against the folder of the file', () => {
    expect(stateOf({ state: 'here' })).toMatchObject({
      place: '/etc/continuo/here',
      stateFolder: '/etc/continuo/here',
    })
    expect(stateOf({ state: '/there', stateFolder: 'beside' }).stateFolder).toBe('/etc/continuo/beside')
  })

  it('keeps the files of PostgreSQL and of memory in the user’s folder', () => {
    expect(stateOf({ state: 'postgres://db/continuo' })).toMatchObject({
      place: 'postgres://db/continuo',
      stateFolder: USER_FOLDER,
    })
    expect(stateOf({ state: { place: 'memory', staleSeconds: 60 } })).toMatchObject({
      place: 'memory',
      stateFolder: USER_FOLDER,
      staleSeconds: 60,
    })
    expect(stateOf({ state: { staleSeconds: 60 } }, { hasStateByDefault: true })).toMatchObject({
      isDefault: true,
      staleSeconds: 60,
    })
  })

  it.each(['mysql://db', 'postgres://a b:c', ' '])('refuses %j', (place) => {
    expect(() => stateOf({ state: place })).toThrow(ConfigError)
    expect(() => stateOf({}, { state: place })).toThrow(ConfigError)
  })
})

describe('defaultStateFolder', () => {
  it.each([
    ['linux', ENVIRONMENT, '/data/continuo'],
    ['linux', {}, `${homedir()}/.local/share/continuo`],
    ['darwin', ENVIRONMENT, `${homedir()}/Library/Application Support/continuo`],
    ['win32', ENVIRONMENT, '/data/continuo'],
  ])('is where programs keep data on %s', (platform, environment, folder) => {
    expect(defaultStateFolder(environment, platform)).toBe(folder)
  })
})
