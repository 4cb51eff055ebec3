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
    const { keys } = await readScopeNames(state, { workspaces: [], keys: ['Twin', 'Missing', 'a\0b'] })
    expect(keys.get('Twin')?.toSorted()).toEqual(ids.toSorted())
    expect(keys.has('Missing') || keys.has(ended)).toBe(false)
  })

  it('has what is named by its id', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state)
    const { body: key } = await call('POST', '/continuo/api_keys', { name: 'K' })
    const { body: workspace } = await call('POST', '/v1/organizations/workspaces', { name: 'W' })
    const names = await readScopeNames(state, { workspaces: [workspace.id], keys: [key.id] })
    expect([names.workspaces.get(workspace.id), names.keys.get(key.id)]).toEqual([[workspace.id], [key.id]])
  })
})
