import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { useJson } from '../api/use-json.ts'
import { useList } from '../api/use-list.ts'
import type { PageProps } from '../page-props.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { DownloadButton } from '../parts/download-button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Skeleton } from '../parts/skeleton.tsx'
import { Time } from '../parts/time.tsx'
import { SKILLS, type Skill, SkillDialog } from './skill-dialog.tsx'

interface SkillVersion {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly createdAt: string
}

const COLUMNS: readonly Column<SkillVersion>[] = [
  { title: 'Version', cell: ({ id }) => <code>{id}</code> },
  { title: 'Description', cell: ({ description }) => description, isDetail: true },
  { title: 'Created', cell: ({ createdAt }) => <Time at={createdAt} /> },
]

/** The versions of one skill. */
export function SkillPage({ params: { id = '' } }: PageProps) {
  const path = `${SKILLS}/${id}`
  const { data: skill, error, reload } = useJson<Skill>(path)
  const list = useList<SkillVersion>(`${path}/versions`, { limit: 20 })
  const isMaking = useSignal(false)
  const deleting = useSignal<SkillVersion | null>(null)
  const close = () => {
    isMaking.value = false
    deleting.value = null
    list.reload()
  }
  if (skill === null) {
    return error === null ? <Skeleton lines={6} /> : <ErrorState error={error} onRetry={reload} />
  }
  const make = (
    <Button
      kind="primary"
      icon="upload"
      onClick={() => {
        isMaking.value = true
      }}
    >
      Upload a version
    </Button>
  )
  const version = deleting.value
  return (
    <>
      <PageHeader title={skill.displayName} actions={make}>
        A skill. Messages name it by <code>{skill.id}</code>.
      </PageHeader>
      <DataTable
        label="Versions"
        list={list}
        keyOf={(row) => row.id}
        columns={COLUMNS}
        actions={versionButtons}
        empty={<EmptyState title="No versions" action={make} />}
      />
      {isMaking.value && <SkillDialog path={`${path}/versions`} title="Upload a version" onClose={close} />}
      {version !== null && (
        <ConfirmDialog
          title={`Delete version ${version.id}?`}
          action="Delete"
          onConfirm={() => callApi(`${path}/versions/${version.id}`, { method: 'DELETE' })}
          onClose={close}
        >
          This cannot be undone.
        </ConfirmDialog>
      )}
    </>
  )

  function versionButtons(row: SkillVersion) {
    const start = () => {
      deleting.value = row
    }
    return (
      <span class="row">
        <DownloadButton
          path={`${path}/versions/${row.id}/content`}
          filename={`${row.name}.zip`}
          label={`Download version ${row.id}`}
        />
        <Button kind="plain" isSmall icon="trash" label={`Delete version ${row.id}`} onClick={start} />
      </span>
    )
  }
}
