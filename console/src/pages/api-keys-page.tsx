import { useSignal } from '@preact/signals'
import { may } from '../api/session.ts'
import { useList } from '../api/use-list.ts'
import { Button } from '../parts/button.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Filters, filterValue, SelectFilter } from '../parts/filters.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { SecretOnce } from '../parts/secret-once.tsx'
import { CreateApiKeyDialog, type MadeKey } from './create-api-key-dialog.tsx'
import { FirstRequest } from './first-request.tsx'
import { useKeyActions } from './key-actions.tsx'
import { API_KEY_COLUMNS, type ApiKey, KEY_STATUSES } from './key-columns.tsx'
import { WorkspaceFilter } from './workspace-filter.tsx'

const API_KEYS = '/continuo/api_keys'

/** The keys of clients: made, renamed, switched off. */
export function ApiKeysPage() {
  const list = useList<ApiKey>(API_KEYS, {
    ...{ limit: 20, status: filterValue('status'), workspaceId: filterValue('workspace') },
  })
  const isMaking = useSignal(false)
  const made = useSignal<MadeKey | null>(null)
  const keyActions = useKeyActions({ path: API_KEYS, onChange: list.reload })
  const make = may('write:api_keys') && (
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
        <SelectFilter name="status" label="Status" options={KEY_STATUSES} />
        <WorkspaceFilter />
      </Filters>
      <DataTable
        label="API keys"
        list={list}
        keyOf={({ id }) => id}
        columns={API_KEY_COLUMNS}
        {...(may('write:api_keys') ? { actions: keyActions.buttons } : {})}
        empty={
          <EmptyState title="No API keys here" action={make}>
            Create one, and give it to a client as ANTHROPIC_API_KEY.
          </EmptyState>
        }
      />
      {isMaking.value && <CreateApiKeyDialog onClose={() => setMaking(false)} onMade={showMade} />}
      {made.value !== null && (
        <SecretOnce title="Your new key" secret={made.value.secret} onClose={() => showMade(null)}>
          {may('use:models') && <FirstRequest apiKeyId={made.value.id} secret={made.value.secret} />}
        </SecretOnce>
      )}
      {keyActions.dialog}
    </>
  )

  function setMaking(value: boolean): void {
    isMaking.value = value
  }
  function showMade(value: MadeKey | null): void {
    isMaking.value = false
    made.value = value
    if (value !== null) list.reload()
  }
}
