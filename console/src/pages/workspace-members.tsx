import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { may } from '../api/session.ts'
import { useJson } from '../api/use-json.ts'
import { useList } from '../api/use-list.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { SelectField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { roleName, WORKSPACE_ROLES } from './roles.ts'

/** Most members of the organization that can be chosen from. */
const MAX_USERS = 1000

interface WorkspaceMember {
  readonly userId: string
  readonly workspaceRole: string
}

interface User {
  readonly id: string
  readonly name: string
  readonly email: string
}

interface WorkspaceMembersProps {
  readonly workspaceId: string
  readonly canChange: boolean
}

/** Who is in a workspace. */
export function WorkspaceMembers({ workspaceId, canChange }: WorkspaceMembersProps) {
  const path = `/v1/organizations/workspaces/${workspaceId}/members`
  const list = useList<WorkspaceMember>(path, { limit: 20 })
  const { data: users } = useJson<{ data: readonly User[] }>('/v1/organizations/users', { limit: MAX_USERS })
  const isAdding = useSignal(false)
  const removing = useSignal<WorkspaceMember | null>(null)
  const nameOf = (id: string) => users?.data.find((user) => user.id === id)?.name ?? id
  const close = () => {
    isAdding.value = false
    removing.value = null
    list.reload()
  }
  const isEditable = canChange && may('write:members')
  const add = isEditable && (
    <Button
      isSmall
      icon="plus"
      onClick={() => {
        isAdding.value = true
      }}
    >
      Add a member
    </Button>
  )
  const member = removing.value
  return (
    <section class="stack">
      <header class="row spread">
        <h2>Members</h2>
        {add}
      </header>
      <DataTable
        label="Members of the workspace"
        list={list}
        keyOf={({ userId }) => userId}
        columns={[
          { title: 'Name', cell: ({ userId }) => nameOf(userId) },
          { title: 'Role', cell: ({ workspaceRole }) => <Badge>{roleName(workspaceRole)}</Badge> },
        ]}
        {...(isEditable ? { actions: removeButton } : {})}
        empty={<EmptyState title="No members">Admins of the organization see it all the same.</EmptyState>}
      />
      {isAdding.value && <AddMember path={path} users={users?.data ?? []} onClose={close} />}
      {member !== null && (
        <ConfirmDialog
          title={`Take ${nameOf(member.userId)} out of the workspace?`}
          action="Take out"
          onConfirm={() => callApi(`${path}/${member.userId}`, { method: 'DELETE' })}
          onClose={close}
        >
          They stay a member of the organization.
        </ConfirmDialog>
      )}
    </section>
  )

  function removeButton(row: WorkspaceMember) {
    const label = `Take out ${nameOf(row.userId)}`
    const start = () => {
      removing.value = row
    }
    return <Button kind="plain" isSmall icon="trash" label={label} onClick={start} />
  }
}

interface AddMemberProps {
  readonly path: string
  readonly users: readonly User[]
  readonly onClose: () => void
}

function AddMember({ path, users, onClose }: AddMemberProps) {
  const userId = useSignal(users[0]?.id ?? '')
  const role = useSignal('workspace_developer')
  const add = async () => {
    await callApi(path, { body: { userId: userId.value, workspaceRole: role.value } })
    onClose()
  }
  return (
    <FormDialog
      title="Add a member"
      action="Add"
      onClose={onClose}
      onSubmit={add}
      isIncomplete={users.length === 0}
    >
      <SelectField
        label="Member"
        value={userId}
        options={users.map(({ id, name, email }) => [id, `${name} (${email})`] as const)}
      />
      <SelectField label="Role" value={role} options={WORKSPACE_ROLES} />
    </FormDialog>
  )
}
