import { type ChildProcess, fork } from 'node:child_process'
import { on } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { describeOnDatabases, describePostgres } from '../../test/databases.ts'
import { startPostgresCluster } from '../../test/postgres-cluster.ts'
import { type BucketSize, fullAtAfter, tokensIn } from './bucket.ts'

const PROCESS = fileURLToPath(new URL('../../test/limits-process.ts', import.meta.url))
/** `.ci/run` asks for a minute. */
const SECONDS = Number(process.env.CONTINUO_TEST_LIMIT_SECONDS ?? 6)
const INSTANCES = 4
/** Instances keep to their shares for a little less after a database is back. */
const REPAYING_SECONDS = 6
const TIMEOUT_MS = (SECONDS + 60) * 1_000
/** How far the instances' estimates of the database's clock may be apart. */
const CLOCKS_MS = 50

interface Report {
  readonly kind: 'report'
  readonly admittedAtMs: readonly number[]
  readonly refused: number
  readonly longestMs: number
}

/** What an instance sends. */
type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly seconds: number; readonly grantedLeases: number }
  | Report

type Progress = Extract<Message, { kind: 'progress' }>

/** One process, and what it has sent last. */
class LimitedProcess {
  readonly #child: ChildProcess

  constructor(place: string, limit: number) {
    this.#child = fork(PROCESS, [place, String(limit), String(INSTANCES)], { execArgv: [] })
    onTestFinished(() => void this.#child.kill('SIGKILL'))
  }

  send(message: 'start' | 'stop'): void {
    this.#child.send(message)
  }

  /** The next message of a kind that is what is waited for. */
  async next<Kind extends Message['kind']>(
    kind: Kind,
    isMeant: (message: Extract<Message, { kind: Kind }>) => boolean = () => true,
  ): Promise<Extract<Message, { kind: Kind }>> {
    for await (const [message] of on(this.#child, 'message', { close: ['exit'] })) {
      const found = message as Extract<Message, { kind: Kind }>
      if (found.kind === kind && isMeant(found)) return found
    }
    throw new Error(`an instance ended before it sent "${kind}"`)
  }

  runsFor(seconds: number): Promise<Progress> {
    return this.next('progress', (progress) => progress.seconds >= seconds)
  }
}

describeOnDatabases('instances with more requests than a limit allows', (database) => {
  it('admit what it allows: never more, and at most one percent less', { timeout: TIMEOUT_MS }, async () => {
    const limit = 3_000
    const reports = await run(await database.newPlace(), limit, ([first]) => first?.runsFor(SECONDS))
    checkAdmitted(reports, limit)
    // Two thirds of the time nothing is left.
    expect(reports.reduce((sum, { refused }) => sum + refused, 0)).toBeGreaterThan(100)
  })
})

describePostgres('instances whose database goes away and comes back', () => {
  it('admit as much as before', { timeout: TIMEOUT_MS }, async () => {
    const cluster = await startPostgresCluster()
    const limit = 3_000
    const reports = await run(cluster.address, limit, async (instances) => {
      await instances[0]?.runsFor(SECONDS / 3)
      await cluster.control('stop')
      await instances[0]?.runsFor((SECONDS * 2) / 3)
      const before = await Promise.all(instances.map((instance) => instance.next('progress')))
      await cluster.control('start')
      // Until each leases again.
      await Promise.all(
        instances.map((instance, index) =>
          instance.next(
            'progress',
            ({ grantedLeases }) => grantedLeases > (before[index]?.grantedLeases ?? 0),
          ),
        ),
      )
      const { seconds } = (await instances[0]?.next('progress')) ?? { seconds: 0 }
      await instances[0]?.runsFor(seconds + REPAYING_SECONDS + SECONDS / 3)
    })
    checkAdmitted(reports, limit)
    for (const { longestMs } of reports) expect(longestMs).toBeLessThan(1_500)
  })
})

/** Runs the instances for as long as `whileRunning` takes. */
async function run(
  place: string,
  limit: number,
  whileRunning: (instances: readonly LimitedProcess[]) => Promise<unknown> | undefined,
): Promise<Report[]> {
  const instances = Array.from({ length: INSTANCES }, () => new LimitedProcess(place, limit))
  await Promise.all(instances.map((instance) => instance.next('ready')))
  for (const instance of instances) instance.send('start')
  await whileRunning(instances)
  return Promise.all(
    instances.map((instance) => {
      const report = instance.next('report')
      instance.send('stop')
      return report
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
