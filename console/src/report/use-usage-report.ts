import { useMemo, useState } from 'preact/hooks'
import { useReport } from '../api/use-report.ts'
import { filterValue } from '../parts/filters.tsx'
import { type ReportGroup, useGroupNames } from './group-names.ts'
import { BUCKETS_PER_PAGE, readRange } from './report-range.ts'

/** What one group used in one bucket of time. */
export interface UsageResult {
  readonly model: string | null
  readonly apiKeyId: string | null
  readonly workspaceId: string | null
  readonly uncachedInputTokens: number
  readonly cacheReadInputTokens: number
  readonly cacheCreation: { readonly ephemeral5mInputTokens: number; readonly ephemeral1hInputTokens: number }
  readonly outputTokens: number
  readonly requests: number
  readonly failedRequests: number
  /** Cents, as decimal text. */
  readonly cost: { readonly amount: string }
}

/** The report that the filters in the address ask for. */
export function useUsageReport() {
  const [rangeName, at] = [filterValue('range', '7d'), filterValue('at')]
  // The end of the range stays while the page is open: it is part of what was asked.
  const [nowMs, setNowMs] = useState(Date.now)
  const range = useMemo(() => readRange(rangeName, at, nowMs), [rangeName, at, nowMs])
  const group = filterValue('by', 'model') as ReportGroup
  const names = useGroupNames()
  const report = useReport<UsageResult>('/continuo/usage_report', {
    startingAt: range.from.toISOString(),
    endingAt: range.to.toISOString(),
    bucketWidth: range.bucketWidth,
    limit: BUCKETS_PER_PAGE[range.bucketWidth],
    groupBy: group === 'none' ? [] : [group],
    models: listOf(filterValue('model')),
    apiKeyIds: listOf(filterValue('key')),
    workspaceIds: listOf(filterValue('in')),
  })
  return {
    ...{ range, names, buckets: report.data, error: report.error },
    nameOf: (result: UsageResult) => names.nameOf(result, group),
    reload() {
      setNowMs(Date.now())
      report.reload()
    },
  }
}

function listOf(value: string): readonly string[] {
  return value === '' ? [] : [value]
}
