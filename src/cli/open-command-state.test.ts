import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder } from '../../test/databases.ts'
import { ConfigError } from '../config/config-error.ts'
import { openState } from '../state/state.ts'
import { openCommandState } from './open-command-state.ts'

describe('openCommandState', () => {
  it('opens a state that a server made', async () => {
    const folder = await newFolder()
    const server = await openState(folder)
    const state = await openCommandState(folder, 'ask the server')
    expect(await state.db.selectFrom('apiKeys').select('id').execute()).toEqual([])
    await state.close()
    await server?.close()
  })

  it('makes none where there is none', async () => {
    const folder = join(await newFolder(), 'none')
    await expect(openCommandState(folder, 'ask the server')).rejects.toThrow(
      new ConfigError(
        `There is no state in ${folder}: start a server first, or set --state to where it keeps its state.`,
      ),
    )
    expect(existsSync(folder)).toBe(false)
  })

  it.each(['none', 'memory'])('refuses "%s", which ends with its server', async (place) => {
    await expect(openCommandState(place, 'ask the server')).rejects.toThrow(
      new ConfigError(`The state is "${place}", which no other process can open: ask the server.`),
    )
  })
})
