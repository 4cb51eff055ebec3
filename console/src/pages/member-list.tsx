import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { callApi } from '../api/call-api.ts'
import { may } from '../api/session.ts'
import { useAction } from '../api/use-action.ts'
import { useList } from '../api/use-list.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { SelectField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { Menu } from '../parts/menu.tsx'
import { SecretOnce } from '../parts/secret-once.tsx'
import { Time } from '../parts/time.tsx'
import { showToast } from '../parts/toasts.tsx'
import { makeLink } from './make-link.ts'
import { ROLES, roleName } from './roles.ts'

const USERS = '/v1/organizations/users'

interface Member {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: string
  readonly addedAt: string
}

const COLUMNS: readonly Column<Member>[] = [
  { title: 'Name', cell: ({ name }) => name },
  { title: 'Email', cell: ({ email }) => email },
  { title: 'Role', cell: ({ role }) => <Badge>{roleName(role)}</Badge> },
  { title: 'Added', cell: ({ addedAt }) => <Time at={addedAt} />, isDetail: true },
]

/** The members of the organization. */
export function MemberList({ action }: { readonly action: ComponentChildren }) {
  const list = useList<Member>(USERS, { limit: 20 })
  const opened = useSignal<{ readonly verb: 'change' | 'remove'; readonly member: Member } | null>(null)
  const link = useSignal<string | null>(null)
  const open = (verb: 'change' | 'remove', member: Member) => () => {
    opened.value = { verb, member }
  }
  const close = () => {
    opened.value = null
    list.reload()
  }
  const buttons = (member: Member) =>
    // The API does not change admins.
    member.role !== 'admin' && (
      <Menu label={`Change ${member.name}`}>
        <Button kind="plain" icon="edit" onClick={open('change', member)}>
          Change role
        </Button>
        {may('write:admin_keys') && <PasswordLinkButton member={member} onMade={showLink} />}
        <Button kind="plain" icon="trash" onClick={open('remove', member)}>
          Remove
        </Button>
      </Menu>
    )
  const showLink = (value: string | null) => {
    link.value = value
  }
  const { verb, member } = opened.value ?? {}
  return (
    <>
      <DataTable
        label="Members"
        list={list}
        keyOf={({ id }) => id}
        columns={COLUMNS}
        {...(may('write:members') ? { actions: buttons } : {})}
        empty={
          <EmptyState title="No members yet" action={action}>
            Invite somebody by a link.
          </EmptyState>
        }
      />
      {link.value !== null && (
        <SecretOnce title="A link to set a password" secret={link.value} onClose={() => showLink(null)} />
      )}
      {member !== undefined && verb === 'change' && <ChangeRole member={member} onClose={close} />}
      {member !== undefined && verb === 'remove' && <RemoveMember member={member} onClose={close} />}
    </>
  )
}

interface PasswordLinkButtonProps {
  readonly member: Member
  readonly onMade: (link: string) => void
}

function PasswordLinkButton({ member: { id }, onMade }: PasswordLinkButtonProps) {
  const make = useAction(async () => onMade(await makeLink(`/continuo/users/${id}/password_link`)))
  return (
    <Button kind="plain" icon="key" isBusy={make.isRunning} onClick={() => void make.run()}>
      Link to set a password
    </Button>
  )
}

interface MemberProps {
  readonly member: Member
  readonly onClose: () => void
}

function ChangeRole({ member, onClose }: MemberProps) {
  const role = useSignal(member.role)
  const change = async () => {
    await callApi(`${USERS}/${member.id}`, { body: { role: role.value } })
    onClose()
  }
  return (
    <FormDialog title={`The role of ${member.name}`} action="Save" onClose={onClose} onSubmit={change}>
      <SelectField label="Role" value={role} options={ROLES} />
    </FormDialog>
  )
}

function RemoveMember({ member, onClose }: MemberProps) {
  const remove = async () => {
    await callApi(`${USERS}/${member.id}`, { method: 'DELETE' })
    showToast(`${member.name} is no longer a member.`)
  }
  return (
    <ConfirmDialog title={`Remove ${member.name}?`} action="Remove" onConfirm={remove} onClose={onClose}>
      They can log in no more. Keys that they made go on working.
    </ConfirmDialog>
  )
}
