import type { ComponentChildren } from 'preact'
import { Button } from '../parts/button.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Skeleton } from '../parts/skeleton.tsx'
import { ReportFilters } from './report-filters.tsx'
import type { useUsageReport } from './use-usage-report.ts'

interface ReportPageProps {
  readonly title: string
  /** What the page is for. */
  readonly about: string
  readonly report: ReturnType<typeof useUsageReport>
  readonly children: ComponentChildren
}

/** The frame of a page that shows a report: its filters, and its states of loading and error. */
export function ReportPage({ title, about, report, children }: ReportPageProps) {
  const { names, buckets, error, reload } = report
  return (
    <>
      <PageHeader
        title={title}
        actions={
          <Button icon="refresh" onClick={reload}>
            Reload
          </Button>
        }
      >
        {about} Click a bar for what is within it.
      </PageHeader>
      <ReportFilters names={names} />
      {error && <ErrorState error={error} onRetry={reload} />}
      {buckets === null && error === null && <Skeleton lines={8} />}
      {children}
    </>
  )
}
