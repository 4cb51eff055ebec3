import { execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'

const WITH_POSTGRES = new URL('../.ci/with-postgres', import.meta.url).pathname

/** A PostgreSQL for one test, which can stop and restart it. */
export interface PostgresCluster {
  readonly address: string
  /** `kill` stops it like a crash. */
  control(action: 'start' | 'stop' | 'kill'): Promise<void>
}

/** Starts a cluster, which is removed when the test ends. */
export async function startPostgresCluster(): Promise<PostgresCluster> {
  const command = 'echo "$CONTINUO_TEST_POSTGRES"; echo "$CONTINUO_TEST_POSTGRES_CONTROL"; exec cat'
  const script = spawn(WITH_POSTGRES, ['sh', '-c', command], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => script.once('close', resolve))
  onTestFinished(async () => {
    // `cat` ends with its input, and the cluster with `cat`.
    script.stdin.end()
    await ended
  })
  const lines = createInterface({ input: script.stdout })[Symbol.asyncIterator]()
  const address = (await lines.next()).value as string
  const program = (await lines.next()).value as string
  return {
    address,
    control: async (action) => {
      await promisify(execFile)(program, [action])
    },
  }
}
