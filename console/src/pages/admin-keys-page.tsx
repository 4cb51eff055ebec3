import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { may } from '../api/session.ts'
import { useList } from '../api/use-list.ts'
import { Button } from '../parts/button.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { TextField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { SecretOnce } from '../parts/secret-once.tsx'
import { useKeyActions } from './key-actions.tsx'
import { ADMIN_KEY_COLUMNS, type ListedKey } from './key-columns.tsx'
import { timeOfField } from './time-of-field.ts'

const ADMIN_KEYS = '/continuo/admin_keys'

/** Keys of programs that administer the organization. */
export function AdminKeysPage() {
  const list = useList<ListedKey>(ADMIN_KEYS, { limit: 20 })
  const isMaking = useSignal(false)
  const secret = useSignal<string | null>(null)
  const keyActions = useKeyActions({ path: ADMIN_KEYS, onChange: list.reload })
  const make = may('write:admin_keys') && (
    <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
      Create admin key
    </Button>
  )
  return (
    <>
      <PageHeader title="Admin keys" actions={make}>
        With one of these a program can do everything that this console can. It cannot send prompts to models.
      </PageHeader>
      <DataTable
        label="Admin keys"
        list={list}
        keyOf={({ id }) => id}
        columns={ADMIN_KEY_COLUMNS}
        {...(may('write:admin_keys') ? { actions: keyActions.buttons } : {})}
        empty={
          <EmptyState title="No admin keys" action={make}>
            Create one for scripts that make keys, set limits or read reports.
          </EmptyState>
        }
      />
      {isMaking.value && <CreateAdminKey onClose={() => setMaking(false)} onMade={showSecret} />}
      {secret.value !== null && (
        <SecretOnce title="Your new admin key" secret={secret.value} onClose={() => showSecret(null)} />
      )}
      {keyActions.dialog}
    </>
  )

  function setMaking(value: boolean): void {
    isMaking.value = value
  }
  function showSecret(value: string | null): void {
    isMaking.value = false
    secret.value = value
    if (value !== null) list.reload()
  }
}

interface CreateAdminKeyProps {
  readonly onClose: () => void
  readonly onMade: (secret: string) => void
}

function CreateAdminKey({ onClose, onMade }: CreateAdminKeyProps) {
  const name = useSignal('')
  const expires = useSignal('')
  const create = async () => {
    const body = { name: name.value, expiresAt: timeOfField(expires.value) }
    onMade((await callApi<{ secret: string }>(ADMIN_KEYS, { body })).secret)
  }
  return (
    <FormDialog title="Create an admin key" action="Create" onClose={onClose} onSubmit={create}>
      <TextField label="Name" hint="What the key is for." value={name} required maxLength={500} />
      <TextField
        label="Expires"
        hint="In your time zone. Empty: never."
        type="datetime-local"
        value={expires}
      />
    </FormDialog>
  )
}
