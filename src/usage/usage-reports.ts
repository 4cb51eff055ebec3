import type { State } from '../state/state.ts'
import { type AnalyticsReport, type AnalyticsRequest, readAnalyticsReport } from './analytics-report.ts'
import { type CostReport, readCostReport } from './cost-report.ts'
import { readUsageReport, type UsageReport, type UsageReportRequest } from './usage-report.ts'

/** How clients know workspaces: the default one has another id than in the tables. */
export interface WorkspaceIds {
  shown(storedId: string): string
  stored(shownId: string): string
}

/** The reports of a state. */
export class UsageReports {
  readonly workspaceIds: WorkspaceIds
  /** The clock by which requests are recorded. */
  readonly nowMs: () => number
  readonly #state: Pick<State, 'reports'>

  constructor(
    state: Pick<State, 'reports'>,
    { workspaceIds, nowMs }: { readonly workspaceIds: WorkspaceIds; readonly nowMs: () => number },
  ) {
    this.#state = state
    this.workspaceIds = workspaceIds
    this.nowMs = nowMs
  }

  usage(request: UsageReportRequest): Promise<UsageReport> {
    return readUsageReport(this.#state, request, { nowMs: this.nowMs() })
  }

  cost(request: UsageReportRequest): Promise<CostReport> {
    return readCostReport(this.#state, request, { nowMs: this.nowMs() })
  }

  analytics(request: AnalyticsRequest): Promise<AnalyticsReport> {
    return readAnalyticsReport(this.#state, request)
  }
}
