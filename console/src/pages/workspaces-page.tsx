import { useSignal } from '@preact/signals'
import { loadSession, may } from '../api/session.ts'
import { useList } from '../api/use-list.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Filters, filterValue, SelectFilter } from '../parts/filters.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'
import { hrefOf, navigate } from '../router.ts'
import { ColorDot } from './color-dot.tsx'
import { WORKSPACES, type Workspace, WorkspaceDialog } from './workspace-dialog.tsx'

const COLUMNS: readonly Column<Workspace>[] = [
  {
    title: 'Name',
    cell: ({ id, name, displayColor }) => (
      <span class="row">
        <ColorDot color={displayColor} />
        <a href={hrefOf(`/workspaces/${id}`)}>{name}</a>
      </span>
    ),
  },
  {
    title: 'Status',
    cell: ({ archivedAt }) =>
      archivedAt === null ? <Badge tone="good">active</Badge> : <Badge>archived</Badge>,
  },
  { title: 'Id', cell: ({ id }) => <code>{id}</code>, isDetail: true },
  { title: 'Created', cell: ({ createdAt }) => <Time at={createdAt} />, isDetail: true },
]

const SHOWN = [
  ['', 'Active'],
  ['all', 'With archived ones'],
] as const

/** Parts of the organization, each with keys, members and limits of its own. */
export function WorkspacesPage() {
  const includeArchived = filterValue('shown') === 'all'
  const list = useList<Workspace>(WORKSPACES, { limit: 20, includeArchived, includeDefault: true })
  const isMaking = useSignal(false)
  const setMaking = (value: boolean) => {
    isMaking.value = value
  }
  const make = may('write:workspaces') && (
    <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
      Create workspace
    </Button>
  )
  return (
    <>
      <PageHeader title="Workspaces" actions={make}>
        A workspace has keys, members, limits, files and batches of its own.
      </PageHeader>
      <Filters>
        <SelectFilter name="shown" label="Show" options={SHOWN} />
      </Filters>
      <DataTable
        label="Workspaces"
        list={list}
        keyOf={({ id }) => id}
        columns={COLUMNS}
        onOpen={({ id }) => navigate(hrefOf(`/workspaces/${id}`))}
        empty={
          <EmptyState title="No workspaces yet" action={make}>
            Everything is in the default workspace until you make one.
          </EmptyState>
        }
      />
      {isMaking.value && (
        <WorkspaceDialog
          workspace={null}
          onClose={() => setMaking(false)}
          onSaved={() => {
            setMaking(false)
            list.reload()
            void loadSession()
          }}
        />
      )}
    </>
  )
}
