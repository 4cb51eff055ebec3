import { describe, expect, it } from 'vitest'
import { RECORDING_SCHEMA } from '../recordings/settings.ts'
import { ConfigError } from './config-error.ts'
import { resolveRecording, resolveReplay } from './resolve-recording.ts'

const SOURCES = { folder: '/etc/continuo', environment: {} }
const section = (change: object = {}) => RECORDING_SCHEMA.parse({ folder: 'recordings', ...change })

describe('resolveRecording', () => {
  it('is null where neither the file nor a program asks for it', () => {
    expect(
      resolveRecording(undefined, { ...SOURCES, environment: { CONTINUO_RECORDING: 'record' } }),
    ).toBeNull()
  })

  it('finds the folder of a file beside the file, and that of a program where it runs', () => {
    expect(resolveRecording(section(), SOURCES)?.settings.folder).toBe('/etc/continuo/recordings')
    const given = { folder: 'own' }
    expect(resolveRecording(section(), { ...SOURCES, given })?.settings.folder).toBe(`${process.cwd()}/own`)
    expect(resolveRecording(undefined, { ...SOURCES, given })?.settings.folder).toBe(`${process.cwd()}/own`)
  })

  it.each([
    ['the default', {}, {}, {}, 'replay'],
    ['the file', { mode: 'record' }, {}, {}, 'record'],
    ['the environment', { mode: 'record' }, { CONTINUO_RECORDING: 'record-missing' }, {}, 'record-missing'],
    ['nothing of an empty variable', { mode: 'record' }, { CONTINUO_RECORDING: '' }, {}, 'record'],
    [
      'a program',
      { mode: 'record' },
      { CONTINUO_RECORDING: 'replay' },
      { mode: 'record-missing' },
      'record-missing',
    ],
  ])('takes the mode of %s', (_, own, environment, given, mode) => {
    const sources = { ...SOURCES, environment, given: given as { mode?: 'record-missing' } }
    expect(resolveRecording(section(own), sources)?.mode).toBe(mode)
  })

  it('keeps the other settings of the file', () => {
    const resolved = resolveRecording(section({ pace: 0.5, repeat: 'refuse' }), SOURCES)
    expect(resolved?.settings).toMatchObject({ pace: 0.5, repeat: 'refuse', keyedBy: [] })
  })

  it('refuses a mode of the environment that there is not', () => {
    const environment = { CONTINUO_RECORDING: 'replya' }
    expect(() => resolveRecording(section(), { ...SOURCES, environment })).toThrow(
      new ConfigError('CONTINUO_RECORDING is "replya": use "replay", "record" or "record-missing".'),
    )
  })

  it('names what a program sets wrongly', () => {
    const given = { folder: 'own', pace: 1_000 }
    const resolving = () => resolveRecording(undefined, { ...SOURCES, given })
    expect(resolving).toThrow(ConfigError)
    expect(resolving).toThrow(/recording\.pace/)
  })
})

it('resolveReplay finds the folder beside the file', () => {
  const settings = { kind: 'replay', model: 'm', ...section() } as const
  const { mode: _, ...replay } = settings
  expect(resolveReplay(replay, '/etc/continuo')).toMatchObject({
    kind: 'replay',
    settings: { model: 'm', folder: '/etc/continuo/recordings' },
  })
})
