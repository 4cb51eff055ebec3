import type { Log } from '../logging/create-logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { StateFigures } from '../metrics/state-metrics.ts'
import type { ComposeAppOptions } from './compose-app.ts'
import type { Platform, SharedPlatform } from './open-platform.ts'

/** What is done with the use of completions: metrics, the log, and the state where there is one. */
export function composeRecording(
  metrics: Metrics,
  logger: Log,
  { shared }: Platform,
): Pick<ComposeAppOptions, 'admit' | 'recordUsage' | 'recordRefusal'> {
  const recorder = shared?.usage.recorder
  if (shared !== null) {
    metrics.state.show(() => stateFigures(shared))
    shared.usage.recorder.observeWrites(metrics.state.observeJournalWrite)
  }
  return {
    admit: () => recorder?.admit(),
    recordUsage(record) {
      const { caller, ...logged } = record
      metrics.completions.record(logged)
      const { apiKeyId, workspaceId } = caller
      logger.debug(apiKeyId === null ? logged : { ...logged, apiKeyId, workspaceId }, 'usage')
      return recorder?.record(record)
    },
    recordRefusal: (refused) => recorder?.recordRefusal(refused),
  }
}

function stateFigures({ state, instance, usage }: SharedPlatform): StateFigures {
  return {
    isUp: state.isUp(),
    liveInstances: instance.liveInstances,
    journalBytes: usage.journal.pendingBytes,
    writtenRows: usage.writer.committedRows,
    droppedRows: usage.recorder.droppedRows,
    rejectedRows: usage.writer.rejectedRows,
  }
}
