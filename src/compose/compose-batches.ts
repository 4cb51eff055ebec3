import { maintainBatches } from '../batches/batch-duties.ts'
import { BatchRunner } from '../batches/batch-runner.ts'
import { restoreConformanceBatches } from '../batches/restore-conformance-batches.ts'
import type { Config } from '../config/config.ts'
import type { BatchesApi } from '../http/routes/batches/message-batch-routes.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { EngineDirectory } from '../serving/engine-directory.ts'
import { Duty } from '../state/duty.ts'
import { BatchApp, type SharedAppOptions } from './batch-app.ts'
import { generatingEngine, type OpenEngine } from './open-engines.ts'
import type { Platform } from './open-platform.ts'
import { exhaustedResult, runBatchRequest } from './run-batch-request.ts'

const DUTY_INTERVAL_MS = 5_000

/** Message batches of a server. */
export interface ComposedBatches {
  readonly api: BatchesApi
  /** Gives back what runs. */
  close(): Promise<void>
}

/** What the requests of batches are served with. */
export interface ComposeBatchesOptions {
  readonly app: SharedAppOptions
  readonly directory: EngineDirectory<OpenEngine>
  readonly metrics: Pick<Metrics, 'completions'>
}

/** Begins to work on the message batches of the state; null for a server without one. */
export function composeBatches(
  {
    batches: { concurrency },
    sharedCache,
    conformanceBatches,
  }: Pick<Config, 'batches' | 'sharedCache' | 'conformanceBatches'>,
  { shared }: Pick<Platform, 'shared'>,
  { app, directory, metrics }: ComposeBatchesOptions,
): ComposedBatches | null {
  if (shared === null) return null
  const { state, instance, usage } = shared
  const { catalog } = app
  const batches = { state, nowMs: () => instance.nowMs() }
  const running = {
    ...batches,
    app: new BatchApp(app, (record) => metrics.completions.record(record)),
    sharedCache,
    prices: usage.prices,
    resolveModel: (id: string) => (catalog.has(id) ? catalog.resolve(id) : id),
  }
  const runner = new BatchRunner({
    batches,
    instanceId: instance.id,
    concurrency,
    run: (request, signal) => runBatchRequest(request, signal, running),
    exhausted: exhaustedResult,
    freeCapacity: () => freeCapacityOf(directory),
  })
  const duty = new Duty(state, {
    name: 'message-batches',
    holder: instance.id,
    intervalMs: DUTY_INTERVAL_MS,
    work: (_, signal) => maintainBatches(batches, signal),
  })
  runner.start()
  duty.start()
  return {
    api: {
      ...batches,
      onCreated: () => runner.wake(),
      prepare: () => restoreConformanceBatches(batches, conformanceBatches),
    },
    async close() {
      await runner.stop()
      await duty.stop()
    },
  }
}

/** How many requests fit beside others: one sequence of a model stays free for those, where it has several. */
function freeCapacityOf(directory: EngineDirectory<OpenEngine>): number {
  if (directory.readiness !== 'ready') return 0
  let free = 0
  for (const [name, opened] of directory.engines) {
    if (directory.readinessOf(name) !== 'ready') continue
    const engine = generatingEngine(opened)
    if (engine === null || 'replicas' in engine) return Number.POSITIVE_INFINITY
    const { busySequences, maxSequences, queuedRequests } = engine.sequenceLoad
    const kept = maxSequences > 1 ? 1 : 0
    if (queuedRequests === 0) free += Math.max(0, maxSequences - kept - busySequences)
  }
  return free
}
