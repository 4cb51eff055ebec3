import type { Log } from '../logging/create-logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { StateFigures } from '../metrics/state-metrics.ts'
import type { UsageRecord } from '../usage/usage-record.ts'
import type { ComposeAppOptions } from './compose-app.ts'
import type { Platform, SharedPlatform } from './open-platform.ts'

/** What is done with the use of completions: metrics, the log, and the state where there is one. */
export function composeRecording(
  metrics: Metrics,
  logger: Log,
  { shared }: Platform,
): Pick<ComposeAppOptions, 'checkRecording' | 'recordUsage' | 'recordRefusal'> {
  const recorder = shared?.usage.recorder
  if (shared !== null) {
    metrics.state.show(() => stateFigures(shared))
    shared.usage.journal.observeWrites(metrics.state.observeJournalWrite)
  }
  return {
    checkRecording: () => recorder?.checkRecording(),
    recordUsage(record) {
      metrics.completions.record(record)
      if (logger.isLevelEnabled('debug')) logger.debug(usageFields(record), 'usage')
      return recorder?.record(record)
    },
    recordRefusal: (refused) => recorder?.recordRefusal(refused),
  }
}

/** The cache scope of a caller is no matter for a log. */
function usageFields({ caller: { apiKeyId, workspaceId }, ...record }: UsageRecord): object {
  return apiKeyId === null ? record : { ...record, apiKeyId, workspaceId }
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
