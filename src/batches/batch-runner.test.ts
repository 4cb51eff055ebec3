import { expect, it, onTestFinished } from 'vitest'
import { describeOnDatabases, type TestDatabase } from '../../test/databases.ts'
import { StateError } from '../state/state-error.ts'
import { BatchRunner, type BatchRunnerOptions } from './batch-runner.ts'
import type { Batches } from './message-batch.ts'
import { readBatch } from './message-batch.ts'
import { NewBatch } from './new-batch.ts'

const CALLER = { workspaceId: 'default', apiKeyId: 'apikey_a', actorId: '' }
/** A busy machine is slow, not wrong. */
const PATIENT = { timeout: 60_000 }

type Run = BatchRunnerOptions['run']

const resultOf = (bytes: number) =>
  ({ ending: 'succeeded', json: Buffer.alloc(bytes, ' '), usageLine: null }) as const

/** A batch of four requests of seven bytes, and a database in which results cannot be stored while `isDown`. */
async function open(database: TestDatabase) {
  const state = await database.open()
  const isDown = { now: false }
  const db = new Proxy(state.db, {
    get(target, key) {
      if (key === 'transaction' && isDown.now) throw new StateError('unavailable', 'down')
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const batches: Batches = { state: { ...state, db }, nowMs: Date.now }
  const batch = new NewBatch(batches, { caller: CALLER, version: '2023-06-01', betas: '' })
  for (let n = 0; n < 4; n++) await batch.add({ customId: `r${n}`, params: Buffer.from(`{"n":${n}}`) })
  const { id } = await batch.finish()
  const ended = async () =>
    expect
      .poll(async () => (await readBatch(batches, 'default', id))?.state, { timeout: 30_000 })
      .toBe('ended')
  function start(run: Run, bounds: Pick<BatchRunnerOptions, 'maxClaimedBytes' | 'maxUnstoredBytes'>) {
    const runner = new BatchRunner({
      batches,
      instanceId: 'i',
      concurrency: 4,
      freeCapacity: () => Number.POSITIVE_INFINITY,
      run,
      exhausted: () => resultOf(1),
      ...bounds,
    })
    onTestFinished(() => runner.stop())
    runner.start()
  }
  return { isDown, start, ended }
}

describeOnDatabases('BatchRunner', (database) => {
  it('holds no more requests at once than fit its bytes', PATIENT, async () => {
    const { start, ended } = await open(database)
    let [running, most] = [0, 0]
    const run: Run = async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return resultOf(1)
    }
    start(run, { maxClaimedBytes: 20 })
    await ended()
    expect(most).toBe(2)
  })

  it('keeps no more results than fit its bytes while they cannot be stored', PATIENT, async () => {
    const { isDown, start, ended } = await open(database)
    isDown.now = true
    let runs = 0
    const run: Run = async () => {
      runs += 1
      return resultOf(100)
    }
    start(run, { maxUnstoredBytes: 399 })
    await expect.poll(() => runs, { timeout: 30_000 }).toBe(4)
    isDown.now = false
    await ended()
    // One of four found no room, and ran again.
    expect(runs).toBe(5)
  })

  it('keeps a result that is larger than all may be together', PATIENT, async () => {
    const { start, ended } = await open(database)
    start(async () => resultOf(1_000), { maxUnstoredBytes: 10 })
    await ended()
  })
})
