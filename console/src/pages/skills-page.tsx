import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { useList } from '../api/use-list.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'
import { hrefOf, navigate } from '../router.ts'
import { SKILLS, type Skill, SkillDialog } from './skill-dialog.tsx'

const COLUMNS: readonly Column<Skill>[] = [
  { title: 'Name', cell: ({ id, displayName }) => <a href={hrefOf(`/skills/${id}`)}>{displayName}</a> },
  { title: 'Id', cell: ({ id }) => <code>{id}</code>, isDetail: true },
  { title: 'Newest version', cell: ({ latestVersionId }) => <code>{latestVersionId}</code>, isDetail: true },
  { title: 'Created', cell: ({ createdAt }) => <Time at={createdAt} />, isDetail: true },
  { title: 'Changed', cell: ({ updatedAt }) => <Time at={updatedAt} /> },
]

/** Instructions that messages can name. */
export function SkillsPage() {
  const list = useList<Skill>(SKILLS, { limit: 20 })
  const isMaking = useSignal(false)
  const deleting = useSignal<Skill | null>(null)
  const setMaking = (value: boolean) => {
    isMaking.value = value
    if (!value) list.reload()
  }
  const make = (
    <Button kind="primary" icon="upload" onClick={() => setMaking(true)}>
      Upload a skill
    </Button>
  )
  const skill = deleting.value
  return (
    <>
      <PageHeader title="Skills" actions={make}>
        Instructions in a SKILL.md that messages can name in container.skills.
      </PageHeader>
      <DataTable
        label="Skills"
        list={list}
        keyOf={({ id }) => id}
        columns={COLUMNS}
        onOpen={({ id }) => navigate(hrefOf(`/skills/${id}`))}
        actions={(row) => (
          <Button
            kind="plain"
            isSmall
            icon="trash"
            label={`Delete ${row.displayName}`}
            onClick={() => {
              deleting.value = row
            }}
          />
        )}
        empty={
          <EmptyState title="No skills yet" action={make}>
            A skill is a folder, or a zip of one, with a SKILL.md in it.
          </EmptyState>
        }
      />
      {isMaking.value && (
        <SkillDialog path={SKILLS} title="Upload a skill" onClose={() => setMaking(false)} />
      )}
      {skill !== null && (
        <ConfirmDialog
          title={`Delete ${skill.displayName}?`}
          action="Delete"
          onConfirm={() => callApi(`${SKILLS}/${skill.id}`, { method: 'DELETE' })}
          onClose={() => {
            deleting.value = null
            list.reload()
          }}
        >
          All its versions are deleted too. This cannot be undone.
        </ConfirmDialog>
      )}
    </>
  )
}
