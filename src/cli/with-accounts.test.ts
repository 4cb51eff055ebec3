import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newFolder } from '../../test/databases.ts'
import { AccountError } from '../accounts/account-error.ts'
import type { Accounts } from '../accounts/accounts.ts'
import { ConfigError } from '../config/config-error.ts'
import { withAccounts } from './with-accounts.ts'

describe('withAccounts', () => {
  it('makes a state only where it may', async () => {
    const place = join(await newFolder(), 'state')
    await expect(withAccounts(place, false, async () => 1)).rejects.toThrow(`There is no state in ${place}`)
    expect(existsSync(place)).toBe(false)
    expect(await withAccounts(place, true, async ({ state }) => state.db !== undefined)).toBe(true)
    expect(await withAccounts(place, false, async () => 2)).toBe(2)
  })

  it.each(['none', 'memory'])('refuses "%s", also where it may make a state', async (place) => {
    await expect(withAccounts(place, true, async () => 1)).rejects.toThrow(
      new ConfigError(
        `The state is "${place}", which no other process can open: set --state or CONTINUO_STATE to a folder or the address of a PostgreSQL database.`,
      ),
    )
  })

  it.each([
    [
      'what is against a rule of accounts as a wrong command',
      new AccountError('account-request-invalid', 'Not so.'),
      ConfigError,
    ],
    ['any other fault as it is', new TypeError('Not so.'), TypeError],
  ])('reports %s, and closes the state', async (_, thrown, kind) => {
    const opened: Accounts[] = []
    const work = withAccounts(await newFolder(), true, async (accounts) => {
      opened.push(accounts)
      throw thrown
    })
    await expect(work).rejects.toThrow(kind)
    await expect(work).rejects.toThrow('Not so.')
    const keys = opened[0]?.state.db.selectFrom('apiKeys').select('id').execute()
    await expect(keys).rejects.toThrow()
  })
})
