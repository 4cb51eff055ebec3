import type { UsageReports } from '../../../usage/usage-reports.ts'
import type { CursorRule } from '../../../wire/reports/report-cursor.ts'

/** What the routes of reports are made of. */
export interface ReportDependencies {
  readonly reports: UsageReports
  readonly rules: CursorRule & { readonly refuseUnknownBetas: boolean }
  /** The name of a model in descriptions; its id, if it has no other. */
  readonly displayNameOf: (modelId: string) => string
}
