import { expect, it } from 'vitest'
import { openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases } from '../../../../test/databases.ts'
import type { State } from '../../../state/state.ts'

async function addUser({ db }: State, id: string, role: string, addedAt: number) {
  const email = `${id}@example.com`
  await db.insertInto('users').values({ id, email, emailKey: email, name: id, role, addedAt }).execute()
}

describeOnDatabases('members of a workspace', (database) => {
  async function openWorkspace() {
    const state = await database.open()
    let nowMs = 1_000_000
    const { call } = await openAdminApp(state, { nowMs: () => nowMs++ })
    for (const [index, role] of ['admin', 'billing', 'user', 'user', 'developer'].entries()) {
      await addUser(state, `user_${index}`, role, index)
    }
    const { body } = await call('POST', '/v1/organizations/workspaces', { name: 'W' })
    const path = `/v1/organizations/workspaces/${body.id}/members`
    const add = (userId: string, role = 'workspace_user') =>
      call('POST', path, { user_id: userId, workspace_role: role })
    const member = (userId: string, role: string) => ({
      type: 'workspace_member',
      user_id: userId,
      workspace_id: body.id,
      workspace_role: role,
    })
    return { state, call, path, add, member, workspaceId: body.id as string }
  }

  it('are added, read, changed and removed', async () => {
    const { call, path, add, member, workspaceId } = await openWorkspace()
    expect((await add('user_2')).body).toEqual(member('user_2', 'workspace_user'))
    expect((await add('user_4', 'workspace_developer')).body).toEqual(member('user_4', 'workspace_developer'))
    expect((await call('GET', `${path}/user_2`)).body).toEqual(member('user_2', 'workspace_user'))
    const change = { workspace_role: 'workspace_admin' }
    expect((await call('POST', `${path}/user_2`, change)).body).toEqual(member('user_2', 'workspace_admin'))
    // Admins and billing users of the organization belong to every workspace.
    expect((await call('GET', path)).body).toEqual({
      data: [
        member('user_4', 'workspace_developer'),
        member('user_2', 'workspace_admin'),
        member('user_1', 'workspace_billing'),
        member('user_0', 'workspace_admin'),
      ],
      has_more: false,
      first_id: 'user_4',
      last_id: 'user_0',
    })
    expect((await call('DELETE', `${path}/user_2`)).body).toEqual({
      type: 'workspace_member_deleted',
      user_id: 'user_2',
      workspace_id: workspaceId,
    })
    expect(await call('GET', `${path}/user_2`)).toMatchObject({ status: 404 })
  })

  it('are listed to the end while they are removed page by page', async () => {
    const { call, path, add } = await openWorkspace()
    for (const id of ['user_2', 'user_3', 'user_4']) await add(id)
    const removed: string[] = []
    let query = '?limit=1'
    for (;;) {
      const { body } = await call('GET', path + query)
      const [first] = body.data
      if (first === undefined || first.user_id === 'user_1') break
      await call('DELETE', `${path}/${first.user_id}`)
      removed.push(first.user_id)
      query = `?limit=1&after_id=${body.last_id}`
    }
    expect(removed).toEqual(['user_4', 'user_3', 'user_2'])
  })

  it('are refused with the place of what is wrong', async () => {
    const { call, path, add, workspaceId } = await openWorkspace()
    await add('user_2')
    const refused: [string, string, object | undefined, number, string | RegExp][] = [
      [
        'POST',
        path,
        { user_id: 'user_2', workspace_role: 'workspace_user' },
        400,
        /is a member of workspace .* already/,
      ],
      [
        'POST',
        path,
        { user_id: 'user_0', workspace_role: 'workspace_user' },
        400,
        /workspace_admin of every workspace/,
      ],
      [
        'POST',
        path,
        { user_id: 'user_9', workspace_role: 'workspace_user' },
        404,
        'User `user_9` not found.',
      ],
      ['POST', path, { workspace_role: 'workspace_user' }, 400, 'user_id: Field required'],
      [
        'POST',
        path,
        { user_id: 'user_3', workspace_role: 'workspace_billing' },
        400,
        /^workspace_role: Input should be /,
      ],
      [
        'POST',
        `${path}/user_0`,
        { workspace_role: 'workspace_user' },
        400,
        /workspace_admin of every workspace/,
      ],
      ['POST', `${path}/user_2`, { workspace_role: 'workspace_billing' }, 400, /comes with the role billing/],
      [
        'POST',
        `${path}/user_3`,
        { workspace_role: 'workspace_user' },
        404,
        /^Member of workspace .* `user_3` not found/,
      ],
      ['DELETE', `${path}/user_0`, undefined, 400, /workspace_admin of every workspace/],
      ['DELETE', `${path}/user_3`, undefined, 404, /not found/],
      [
        'GET',
        '/v1/organizations/workspaces/wrkspc_1/members',
        undefined,
        404,
        'Workspace `wrkspc_1` not found.',
      ],
      ['GET', `${path}?after_id=x`, undefined, 400, /No user found for `after_id` "x"/],
    ]
    for (const [method, target, body, status, message] of refused) {
      const response = await call(method, target, body)
      expect([target, response.status]).toEqual([target, status])
      expect(response.body.error.message).toMatch(message)
    }
    await call('POST', `/v1/organizations/workspaces/${workspaceId}/archive`)
    expect(await add('user_3')).toMatchObject({ status: 400 })
    expect((await call('GET', `${path}/user_2`)).status).toBe(200)
  })
})
