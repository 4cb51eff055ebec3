import type { CompletionEvent } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import { StopSequenceFilter } from '../completion/stop-sequence-filter.ts'
import { type TokenObserver, UsageMeter } from '../usage/usage-meter.ts'
import type { UsageRecord } from '../usage/usage-record.ts'
import type { EngineDirectory } from './engine-directory.ts'

/** What `complete` is given by the composition root. */
export interface CompleteDependencies {
  readonly engines: Pick<EngineDirectory, 'engineFor'>
  readonly recordUsage: (record: UsageRecord) => void
  /** Made once for each request; whom to tell of its tokens while they come. */
  readonly tokenObserver?: (modelId: string) => TokenObserver
  readonly nowMs: () => number
}

/**
 * The path of every completion: find the engine, generate, stop at a stop sequence, meter, record.
 *
 * @throws CompletionError whatever the engine throws; see {@link Engine.generate}
 */
export async function* complete(
  request: CompletionRequest,
  signal: AbortSignal,
  dependencies: CompleteDependencies,
): AsyncGenerator<readonly CompletionEvent[]> {
  const engine = dependencies.engines.engineFor(request.modelId)
  const meter = new UsageMeter(request, dependencies.nowMs, dependencies.tokenObserver?.(request.modelId))
  const filter = new StopSequenceFilter(request.stopSequences)
  try {
    for await (const generated of engine.generate(request, signal)) {
      const events = filter.pushAll(generated)
      for (const event of events) meter.observe(event)
      if (events.length > 0) yield events
      if (events.at(-1)?.type === 'completion-end') return
    }
  } catch (error) {
    meter.fail(error)
    throw error
  } finally {
    dependencies.recordUsage(meter.finish())
  }
}
