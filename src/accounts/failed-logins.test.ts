import { expect, it } from 'vitest'
import { describeOnDatabases } from '../../test/databases.ts'
import { FailedLogins } from './failed-logins.ts'

const MINUTE_MS = 60_000
const REFUSED = { code: 'rate-limited' }

describeOnDatabases('FailedLogins', (database) => {
  /** Two instances that share a state, and a clock. */
  async function openTwo() {
    const place = await database.newPlace()
    const clock = { nowMs: 1_800_000_000_000 }
    const [state, other] = [await database.open({ place }), await database.open({ place })]
    const nowMs = () => clock.nowMs
    return { clock, state, here: new FailedLogins(state, nowMs), there: new FailedLogins(other, nowMs) }
  }

  async function fail(
    logins: FailedLogins,
    times: number,
    account: string,
    network: (time: number) => string,
  ) {
    for (let time = 0; time < times; time += 1) await logins.attempt(account, network(time))
  }

  it('counts what fails at all instances together', async () => {
    const { clock, here, there } = await openTwo()
    await fail(here, 6, 'ann', () => 'n')
    await fail(there, 4, 'ann', () => 'n')
    await expect(here.attempt('ann', 'n')).rejects.toMatchObject(REFUSED)
    await expect(there.attempt('ann', 'n')).rejects.toMatchObject({
      ...REFUSED,
      retryAfterMs: 15 * MINUTE_MS,
    })
    await here.attempt('bob', 'n')
    await here.attempt('ann', 'other')
    clock.nowMs += 15 * MINUTE_MS
    await there.attempt('ann', 'n')
  })

  it('counts those that run at once', async () => {
    const { here, there } = await openTwo()
    const attempts = Array.from({ length: 24 }, (_, index) => (index % 2 ? here : there).attempt('ann', 'n'))
    const results = await Promise.allSettled(attempts)
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
  })

  it('does not count those that succeed, nor what was refused', async () => {
    const { clock, here, there } = await openTwo()
    for (let time = 0; time < 30; time += 1) await (await here.attempt('ann', 'n')).succeeded()
    await fail(here, 10, 'ann', () => 'n')
    for (let time = 0; time < 150; time += 1) {
      clock.nowMs += 1_000
      await expect(there.attempt('ann', 'n')).rejects.toMatchObject(REFUSED)
    }
    // One who tries again and again locks no one else out of the account.
    await here.attempt('ann', 'other')
  })

  it('has a limit for a network, and one for an account', async () => {
    const { here, there } = await openTwo()
    for (let time = 0; time < 50; time += 1) await here.attempt(`user ${time}`, 'n')
    await expect(there.attempt('another', 'n')).rejects.toMatchObject(REFUSED)
    await expect(there.attempt('', 'n')).rejects.toMatchObject(REFUSED)
    await fail(here, 100, 'ann', (time) => `network ${time}`)
    await expect(there.attempt('ann', 'yet another')).rejects.toMatchObject(REFUSED)
    await there.attempt('bob', '')
  })

  it('lets one in whose concurrent attempts succeeded', async () => {
    const { clock, here } = await openTwo()
    const attempts = await Promise.all(Array.from({ length: 10 }, () => here.attempt('ann', 'n')))
    await expect(here.attempt('ann', 'n')).rejects.toMatchObject(REFUSED)
    for (const attempt of attempts) await attempt.succeeded()
    clock.nowMs += 1_000
    await here.attempt('ann', 'n')
  })

  it('keeps neither addresses nor networks, and nothing for longer than it counts', async () => {
    const { clock, state, here } = await openTwo()
    await here.attempt('ann@example.com', '192.0.2.1')
    const rows = () => state.db.selectFrom('failedLogins').selectAll().execute()
    expect(await rows()).toHaveLength(3)
    expect(JSON.stringify(await rows())).not.toMatch(/ann|192/)
    clock.nowMs += 16 * MINUTE_MS
    await here.attempt('', '192.0.2.2')
    expect(await rows()).toHaveLength(1)
  })
})
