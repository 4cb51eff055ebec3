import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { useAction } from '../api/use-action.ts'
import { useList } from '../api/use-list.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { TextField } from '../parts/field.tsx'
import { Filters, filterValue, SelectFilter } from '../parts/filters.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { SecretOnce } from '../parts/secret-once.tsx'
import { Time } from '../parts/time.tsx'
import { showToast } from '../parts/toasts.tsx'

const API_KEYS = '/v1/organizations/api_keys'

interface ApiKey {
  readonly id: string
  readonly name: string
  readonly partialKeyHint: string
  readonly status: 'active' | 'inactive' | 'archived' | 'expired'
  readonly createdAt: string
}

const STATUSES = [
  ['', 'All'],
  ['active', 'Active'],
  ['inactive', 'Inactive'],
  ['archived', 'Archived'],
] as const

const COLUMNS: readonly Column<ApiKey>[] = [
  { title: 'Name', cell: ({ name }) => name },
  { title: 'Key', cell: ({ partialKeyHint }) => <code>{partialKeyHint}</code> },
  {
    title: 'Status',
    cell: ({ status }) => <Badge tone={status === 'active' ? 'good' : 'neutral'}>{status}</Badge>,
  },
  { title: 'Created', cell: ({ createdAt }) => <Time at={createdAt} />, isDetail: true },
]

/** The keys of clients: made, renamed, switched off. */
export function ApiKeysPage() {
  const list = useList<ApiKey>(API_KEYS, { limit: 20, status: filterValue('status') })
  const isMaking = useSignal(false)
  const secret = useSignal<string | null>(null)
  const archiving = useSignal<ApiKey | null>(null)
  const make = (
    <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
      Create key
    </Button>
  )
  return (
    <>
      <PageHeader title="API keys" actions={make}>
        Clients send one of these in x-api-key. What they use is counted for their key.
      </PageHeader>
      <Filters>
        <SelectFilter name="status" label="Status" options={STATUSES} />
      </Filters>
      <DataTable
        label="API keys"
        list={list}
        keyOf={({ id }) => id}
        columns={COLUMNS}
        actions={(key) => key.status !== 'archived' && archiveButton(key)}
        empty={<EmptyState title="No keys yet" action={make} />}
      />
      {isMaking.value && <CreateKey onClose={() => setMaking(false)} onMade={showSecret} />}
      {secret.value !== null && (
        <SecretOnce
          title="Your new key"
          secret={secret.value}
          onClose={() => {
            secret.value = null
          }}
        />
      )}
      {archiving.value !== null && <ArchiveKey apiKey={archiving.value} onClose={closeArchiving} />}
    </>
  )

  function archiveButton(key: ApiKey) {
    const start = () => {
      archiving.value = key
    }
    return <Button kind="plain" isSmall icon="trash" label={`Archive ${key.name}`} onClick={start} />
  }
  function setMaking(value: boolean): void {
    isMaking.value = value
  }
  function showSecret(value: string): void {
    isMaking.value = false
    secret.value = value
    list.reload()
  }
  function closeArchiving(): void {
    archiving.value = null
    list.reload()
  }
}

function CreateKey({
  onClose,
  onMade,
}: {
  readonly onClose: () => void
  readonly onMade: (secret: string) => void
}) {
  const name = useSignal('')
  const create = useAction(async () => {
    const { key } = await callApi<{ key: string }>('/continuo/api_keys', { body: { name: name.value } })
    onMade(key)
  })
  const actions = (
    <Button kind="primary" type="submit" isBusy={create.isRunning}>
      Create
    </Button>
  )
  return (
    <Dialog
      title="Create an API key"
      {...{ onClose, actions }}
      error={create.error}
      onSubmit={() => void create.run()}
    >
      <TextField label="Name" hint="What the key is for." value={name} required maxLength={500} />
    </Dialog>
  )
}

function ArchiveKey({ apiKey, onClose }: { readonly apiKey: ApiKey; readonly onClose: () => void }) {
  const archive = async () => {
    await callApi(`${API_KEYS}/${apiKey.id}`, { body: { status: 'archived' } })
    showToast(`${apiKey.name} is archived.`)
  }
  return (
    <ConfirmDialog title={`Archive ${apiKey.name}?`} action="Archive" onConfirm={archive} onClose={onClose}>
      Clients that send it are refused at once. This cannot be undone.
    </ConfirmDialog>
  )
}
