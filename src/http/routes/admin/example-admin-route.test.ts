import { expect, it } from 'vitest'
import * as z from 'zod'
import { openAdminApp } from '../../../../test/admin-app.ts'
import { describeOnDatabases } from '../../../../test/databases.ts'
import { changeAccounts } from '../../../accounts/accounts.ts'
import { checkBody, nameUpTo } from '../../../wire/body-schema.ts'
import type { AdminRoute } from './admin-route.ts'

// The worked example of CONTRIBUTING.md's "A route of the Admin API".

const PATH = '/continuo/motto'
const MOTTO = z.strictObject({ motto: nameUpTo(100) })

describeOnDatabases('the example of a route of the Admin API', (database) => {
  it('is guarded, checked and audited by what is there already', async () => {
    const state = await database.open()
    const { call } = await openAdminApp(state, {
      moreRoutes: (accounts): readonly AdminRoute[] => [
        {
          method: 'POST',
          pattern: PATH,
          action: 'write:workspaces',
          async respond({ actor, readBody }) {
            const { motto } = checkBody(await readBody(), MOTTO)
            await changeAccounts(accounts, actor, async ({ db, atMs, record }) => {
              await db
                .insertInto('settings')
                .values({ name: 'motto', value: motto, changedAt: atMs })
                .execute()
              await record('motto.set', 'motto', { motto })
            })
            return { type: 'motto', motto }
          },
        },
      ],
    })
    expect(await call('POST', PATH, { motto: 'Short' })).toMatchObject({
      status: 200,
      body: { type: 'motto', motto: 'Short' },
    })
    const { body: trail } = await call('GET', '/continuo/audit_events')
    expect(trail.data).toMatchObject([
      { actor: { type: 'admin_key' }, action: 'motto.set', subject_id: 'motto', detail: { motto: 'Short' } },
    ])
    // The name is taken: neither the change nor its line is made.
    expect((await call('POST', PATH, { motto: 'Longer' })).status).toBeGreaterThanOrEqual(500)
    expect((await call('GET', '/continuo/audit_events')).body.data).toHaveLength(1)
    expect(await call('POST', PATH, {})).toMatchObject({
      status: 400,
      body: { error: { message: 'motto: Field required' } },
    })
    expect(await call('POST', PATH, { motto: 'x' }, { key: 'an-ordinary-key' })).toMatchObject({
      status: 403,
      body: { error: { message: expect.stringContaining("Needed: ['write:workspaces']") } },
    })
  })
})
