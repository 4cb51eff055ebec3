import type { State } from '../state/state.ts'
import { type AnalyticsReport, type AnalyticsRequest, readAnalyticsReport } from './analytics-report.ts'
import { type CostReport, readCostReport } from './cost-report.ts'
import {
  listRequests,
  type RequestFilter,
  type RequestLogPage,
  type RequestLogPlace,
  readRequest,
} from './request-log.ts'
import {
  readUsageReport,
  type UsageReport,
  type UsageReportOptions,
  type UsageReportRequest,
} from './usage-report.ts'
import type { UsageRow } from './usage-row.ts'

/** How the ids of clients and those of the tables belong together. */
export interface ReportIds {
  /** The default workspace has another id in the tables. */
  shownWorkspace(storedId: string): string
  storedWorkspace(shownId: string): string
  /** The id under which requests of an id or alias are recorded. */
  resolveModel(id: string): string
}

/** The reports of a state. */
export class UsageReports {
  readonly ids: ReportIds
  /** The clock by which requests are recorded. */
  readonly nowMs: () => number
  readonly #state: Pick<State, 'reports'>

  constructor(
    state: Pick<State, 'reports'>,
    { ids, nowMs }: { readonly ids: ReportIds; readonly nowMs: () => number },
  ) {
    this.#state = state
    this.ids = ids
    this.nowMs = nowMs
  }

  usage(
    request: UsageReportRequest,
    options: Pick<UsageReportOptions, 'withRefused' | 'withCost'> = {},
  ): Promise<UsageReport> {
    return readUsageReport(this.#state, request, { ...options, nowMs: this.nowMs() })
  }

  cost(request: UsageReportRequest): Promise<CostReport> {
    return readCostReport(this.#state, request, { nowMs: this.nowMs() })
  }

  analytics(request: AnalyticsRequest): Promise<AnalyticsReport> {
    return readAnalyticsReport(this.#state, request)
  }

  /** A page of the log of requests; null where the request names no place in it. */
  requests(filter: RequestFilter, place: RequestLogPlace): Promise<RequestLogPage | null> {
    return listRequests(this.#state, filter, place)
  }

  /** One request of the log; null where there is none, or its row is no longer kept. */
  request(requestId: string): Promise<UsageRow | null> {
    return readRequest(this.#state, requestId)
  }
}
