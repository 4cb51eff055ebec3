import { useList } from '../api/use-list.ts'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'

interface AuditEvent {
  readonly id: string
  readonly at: string
  readonly actor: { readonly type: string; readonly id: string | null }
  readonly action: string
  readonly subjectId: string
  readonly detail: Readonly<Record<string, unknown>>
}

const COLUMNS: readonly Column<AuditEvent>[] = [
  { title: 'Time', cell: ({ at }) => <Time at={at} /> },
  {
    title: 'By',
    cell: ({ actor }) => (
      <>
        {actor.type.replaceAll('_', ' ')} {actor.id !== null && <code>{actor.id}</code>}
      </>
    ),
  },
  { title: 'Action', cell: ({ action }) => action },
  { title: 'Of', cell: ({ subjectId }) => <code>{subjectId}</code>, isDetail: true },
  {
    title: 'Changed to',
    cell: ({ detail }) => <span class="small">{describeDetail(detail)}</span>,
    isDetail: true,
  },
]

/** Who changed what. */
export function AuditPage() {
  const list = useList<AuditEvent>('/continuo/audit_events', { limit: 50 })
  return (
    <>
      <PageHeader title="Audit">
        Every change to the organization, the newest first. Secrets are not in it.
      </PageHeader>
      <DataTable
        label="Audit trail"
        list={list}
        keyOf={({ id }) => id}
        columns={COLUMNS}
        empty={
          <EmptyState title="Nothing was changed yet">
            Keys, members, limits and prices appear here.
          </EmptyState>
        }
      />
    </>
  )
}

function describeDetail(detail: AuditEvent['detail']): string {
  const members = Object.entries(detail).filter(([, value]) => value !== null)
  return members
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
}
