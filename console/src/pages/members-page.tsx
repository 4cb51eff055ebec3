import { useSignal } from '@preact/signals'
import { may } from '../api/session.ts'
import { Button } from '../parts/button.tsx'
import { filterValue } from '../parts/filters.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { InviteList } from './invite-list.tsx'
import { MemberList } from './member-list.tsx'

const TABS = [
  ['members', 'Members'],
  ['invites', 'Invites'],
] as const

/** Who may use this console. */
export function MembersPage() {
  const isInviting = useSignal(false)
  const invitedCount = useSignal(0)
  const tab = filterValue('tab', 'members')
  const setInviting = (value: boolean) => {
    isInviting.value = value
  }
  const invite = may('write:members') && (
    <Button kind="primary" icon="plus" onClick={() => setInviting(true)}>
      Invite
    </Button>
  )
  return (
    <>
      <PageHeader title="Members" actions={invite}>
        People who may use this console, and what each may do.
      </PageHeader>
      <Tabs label="Members" tabs={TABS} />
      {tab === 'invites' ? (
        <InviteList key={invitedCount.value} action={invite} />
      ) : (
        <MemberList action={invite} />
      )}
      {isInviting.value && (
        <InviteDialog
          onClose={() => {
            setInviting(false)
            invitedCount.value++
          }}
        />
      )}
    </>
  )
}
