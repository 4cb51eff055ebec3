import { expect, it, onTestFinished } from 'vitest'
import { openAdminApp } from '../../test/admin-app.ts'
import { describeOnDatabases, type TestDatabase } from '../../test/databases.ts'
import { Instance } from '../state/instance.ts'
import { openLimits } from './open-limits.ts'
import { LIMITS_SCHEMA } from './settings.ts'

const ME = '/v1/organizations/me'
const INVITES = '/v1/organizations/invites'

/** Two instances on one state, and the Admin API of each. */
async function openTwo(database: TestDatabase, adminApi: object) {
  const place = await database.newPlace()
  const open = async () => {
    const state = await database.open({ place })
    const instance = new Instance(state, 'test')
    await instance.start()
    const limits = openLimits({
      settings: LIMITS_SCHEMA.parse({ adminApi }),
      organizationId: 'org',
      resolveModel: (id) => id,
      hasModel: () => true,
      declaredKeys: [],
      shared: { state, instance },
      observer: { onRefusal: () => undefined, onLease: () => undefined },
    })
    onTestFinished(async () => {
      await limits.close()
      await instance.stop()
    })
    return openAdminApp(state, { admit: (counted) => limits.adminApi.admit(counted) })
  }
  return [await open(), await open()] as const
}

describeOnDatabases('the limits of the Admin API', (database) => {
  it("are the real API's by default", () => {
    expect(LIMITS_SCHEMA.parse({}).adminApi).toEqual({ requestsPerMinute: 100, invitesPerHour: 1_200 })
  })

  it('hold for all instances together, and say when another try can succeed', async () => {
    const [one, other] = await openTwo(database, { requestsPerMinute: 1 })
    expect(await one.call('GET', ME)).toMatchObject({ status: 200 })
    for (const { call } of [one, other]) {
      const { status, body, headers } = await call('GET', ME)
      expect([status, body.error]).toMatchObject([
        429,
        {
          type: 'rate_limit_error',
          message:
            'Admin API rate limit of 1 requests per minute per organization has been exceeded. Please try again later.',
        },
      ])
      const seconds = Number(headers.get('retry-after'))
      expect(seconds > 0 && seconds <= 60, headers.get('retry-after') ?? '').toBe(true)
      expect(headers.get('anthropic-ratelimit-requests-limit')).toBe('1')
      expect(headers.get('anthropic-ratelimit-requests-remaining')).toBe('0')
    }
    // A key that opens nothing here is counted neither.
    expect(await one.call('GET', ME, undefined, { key: 'an-ordinary-key' })).toMatchObject({ status: 403 })
  })

  it('count invites besides', async () => {
    const [{ call }] = await openTwo(database, { invitesPerHour: 1 })
    const invite = (email: string) => call('POST', INVITES, { email, role: 'user' })
    expect(await invite('a@b.c')).toMatchObject({ status: 200 })
    expect(await invite('d@e.f')).toMatchObject({
      status: 429,
      body: { error: { message: expect.stringMatching(/^Admin API rate limit of 1 invites per hour/) } },
    })
    expect(await call('GET', INVITES)).toMatchObject({ status: 200 })
  })
})
