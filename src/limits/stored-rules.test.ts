import { expect, it } from 'vitest'
import { openAdminApp } from '../../test/admin-app.ts'
import { describeOnDatabases } from '../../test/databases.ts'
import { readScopeNames } from './stored-rules.ts'

describeOnDatabases('readScopeNames', (database) => {
  it('has every active key of a name', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const create = async (name: string): Promise<string> =>
      (await call('POST', '/continuo/api_keys', { name })).body.id
    const ids = [await create('Twin'), await create('Twin')]
    const ended = await create('Twin')
    await call('POST', `/v1/organizations/api_keys/${ended}`, { status: 'inactive' })
    await create('Other')
    const { keys } = await readScopeNames(state, { workspaces: [], keys: ['Twin', 'Missing'] })
    expect([...keys.keys()]).toEqual(['Twin'])
    expect(keys.get('Twin')?.toSorted()).toEqual(ids.toSorted())
  })
})
