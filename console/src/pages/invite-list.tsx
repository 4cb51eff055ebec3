import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { callApi } from '../api/call-api.ts'
import { may } from '../api/session.ts'
import { useList } from '../api/use-list.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Time } from '../parts/time.tsx'
import { INVITES, type Invite } from './invite-dialog.tsx'
import { roleName } from './roles.ts'

const COLUMNS: readonly Column<Invite>[] = [
  { title: 'Email', cell: ({ email }) => email },
  { title: 'Role', cell: ({ role }) => <Badge>{roleName(role)}</Badge> },
  {
    title: 'Status',
    cell: ({ status }) => <Badge tone={status === 'pending' ? 'info' : 'neutral'}>{status}</Badge>,
  },
  { title: 'Invited', cell: ({ invitedAt }) => <Time at={invitedAt} />, isDetail: true },
  { title: 'Expires', cell: ({ expiresAt }) => <Time at={expiresAt} />, isDetail: true },
]

/** Those who were invited. */
export function InviteList({ action }: { readonly action: ComponentChildren }) {
  const list = useList<Invite>(INVITES, { limit: 20 })
  const deleting = useSignal<Invite | null>(null)
  const close = () => {
    deleting.value = null
    list.reload()
  }
  const button = (invite: Invite) =>
    invite.status === 'pending' && (
      <Button
        kind="plain"
        isSmall
        icon="trash"
        label={`Take back the invite of ${invite.email}`}
        onClick={() => {
          deleting.value = invite
        }}
      />
    )
  const invite = deleting.value
  return (
    <>
      <DataTable
        label="Invites"
        list={list}
        keyOf={({ id }) => id}
        columns={COLUMNS}
        {...(may('write:members') ? { actions: button } : {})}
        empty={
          <EmptyState title="No invites" action={action}>
            An invite is a link by which somebody becomes a member.
          </EmptyState>
        }
      />
      {invite !== null && (
        <ConfirmDialog
          title={`Take back the invite of ${invite.email}?`}
          action="Take back"
          onConfirm={() => callApi(`${INVITES}/${invite.id}`, { method: 'DELETE' })}
          onClose={close}
        >
          Its link no longer works.
        </ConfirmDialog>
      )}
    </>
  )
}
