import { expect, it } from 'vitest'
import { openAdminApp } from '../../test/admin-app.ts'
import { sendFromConsole } from '../../test/console-request.ts'
import { describeOnDatabases } from '../../test/databases.ts'
import { runContinuo } from '../../test/run-continuo.ts'

const EMAIL = 'ann@example.com'
const PASSWORD = 'correct horse'

describeOnDatabases('continuo user link', (database) => {
  it('lets an admin in who has no password', { timeout: 60_000 }, async () => {
    const place = await database.newPlace()
    const app = await openAdminApp(await database.open({ place }))
    const run = (...words: string[]) => runContinuo(['user', 'link', EMAIL, ...words, '--state', place])

    const unknown = await run()
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('There is no user with the address ann@example.com')

    const created = await run('--create-admin', 'Ann')
    expect([created.code, created.stderr]).toEqual([0, expect.stringContaining('ann@example.com (admin)')])
    const secret = /^\/console\/set-password#([\w-]{43})\n$/.exec(created.stdout)?.[1]
    const set = await sendFromConsole(app, {
      path: '/continuo/set_password',
      body: { secret, password: PASSWORD },
    })
    expect(set.status).toBe(200)
    const login = { path: '/continuo/login', body: { email: EMAIL, password: PASSWORD } }
    expect((await sendFromConsole(app, login)).status).toBe(200)
    expect((await run()).code).toBe(0)
  })
})
