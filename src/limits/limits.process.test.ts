import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { describeOnDatabases, describePostgres } from '../../test/databases.ts'
import { startPostgresCluster } from '../../test/postgres-cluster.ts'
import { type BucketSize, fullAtAfter, tokensIn } from './bucket.ts'

const PROCESS = fileURLToPath(new URL('../../test/limits-process.ts', import.meta.url))
/** `.ci/run` asks for a minute. */
const SECONDS = Number(process.env.CONTINUO_TEST_LIMIT_SECONDS ?? 6)
const INSTANCES = 4
const TIMEOUT_MS = (SECONDS + 60) * 1_000
/** How far the instances' estimates of the database's clock may be apart. */
const CLOCKS_MS = 50

interface Report {
  readonly admittedAtMs: readonly number[]
  readonly refused: number
  readonly longestMs: number
}

describeOnDatabases('instances with more requests than a limit allows', (database) => {
  it('admit what it allows: never more, and at most one percent less', { timeout: TIMEOUT_MS }, async () => {
    const limit = 3_000
    const reports = await run(await database.newPlace(), limit, () => delay(SECONDS * 1_000))
    checkAdmitted(reports, limit)
    // Two thirds of the time nothing is left.
    expect(reports.reduce((sum, { refused }) => sum + refused, 0)).toBeGreaterThan(100)
  })
})

describePostgres('instances whose database goes away and comes back', () => {
  it('admit as much as before', { timeout: TIMEOUT_MS }, async () => {
    const cluster = await startPostgresCluster()
    const limit = 3_000
    const reports = await run(cluster.address, limit, async () => {
      await delay((SECONDS * 1_000) / 3)
      await cluster.control('stop')
      await delay((SECONDS * 1_000) / 3)
      await cluster.control('start')
      // Until connections are there again, and leases.
      await delay((SECONDS * 1_000) / 3 + 6_000)
    })
    checkAdmitted(reports, limit)
    for (const { longestMs } of reports) expect(longestMs).toBeLessThan(1_500)
  })
})

/** Runs the instances for as long as `whileRunning` takes. */
async function run(place: string, limit: number, whileRunning: () => Promise<void>): Promise<Report[]> {
  const instances: ChildProcess[] = []
  onTestFinished(() => {
    for (const instance of instances) instance.kill('SIGKILL')
  })
  for (let n = 0; n < INSTANCES; n++) {
    const instance = fork(PROCESS, [place, String(limit)], { execArgv: [] })
    instances.push(instance)
    await once(instance, 'message')
  }
  // Each has seen the others.
  await delay(2_500)
  for (const instance of instances) instance.send('start')
  await whileRunning()
  return Promise.all(
    instances.map(async (instance) => {
      const reported = once(instance, 'message')
      instance.send('stop')
      return (await reported)[0] as Report
    }),
  )
}

/** Compares what was admitted with one bucket that every request goes to. */
function checkAdmitted(reports: readonly Report[], limit: number): void {
  const size: BucketSize = { limit, periodMs: 60_000 }
  const times = reports.flatMap(({ admittedAtMs }) => admittedAtMs).sort((a, b) => a - b)
  const [firstMs = 0, lastMs = 0] = [times[0], times.at(-1)]
  let fullAtMs = 0
  let least = limit
  for (const timeMs of times) {
    fullAtMs = fullAtAfter(fullAtMs, timeMs, 1, size)
    least = Math.min(least, tokensIn(fullAtMs, timeMs, size))
  }
  expect(least).toBeGreaterThan(-1 - (CLOCKS_MS * limit) / size.periodMs)
  const allowed = limit + (limit * (lastMs - firstMs)) / size.periodMs
  expect(times.length / allowed).toBeGreaterThan(0.99 - 1 / allowed)
}
