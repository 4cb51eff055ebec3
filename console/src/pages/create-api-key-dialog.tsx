import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { session } from '../api/session.ts'
import { SelectField, TextField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { timeOfField } from './time-of-field.ts'

/** A new key, whose secret is shown once. */
export interface MadeKey {
  readonly id: string
  readonly secret: string
}

interface CreateApiKeyDialogProps {
  readonly onClose: () => void
  readonly onMade: (made: MadeKey) => void
}

/** Asks what a new API key is for. */
export function CreateApiKeyDialog({ onClose, onMade }: CreateApiKeyDialogProps) {
  const workspaces = session.value?.workspaces ?? []
  const name = useSignal('')
  const workspace = useSignal(workspaces[0]?.id ?? '')
  const models = useSignal('')
  const expires = useSignal('')
  const create = async () => {
    const allowedModels = models.value.split(/[\s,]+/).filter(Boolean)
    const body = {
      ...{ name: name.value, expiresAt: timeOfField(expires.value) },
      workspaceId: workspace.value === '' ? null : workspace.value,
      allowedModels: allowedModels.length === 0 ? null : allowedModels,
    }
    onMade(await callApi<MadeKey>('/continuo/api_keys', { body }))
  }
  return (
    <FormDialog title="Create an API key" action="Create" onClose={onClose} onSubmit={create}>
      <TextField label="Name" hint="What the key is for." value={name} required maxLength={500} />
      {workspaces.length > 1 && (
        <SelectField
          label="Workspace"
          value={workspace}
          options={workspaces.map((one) => [one.id, one.name] as const)}
        />
      )}
      <TextField label="Models" hint="Ids, with commas between. Empty: all models." value={models} />
      <TextField
        label="Expires"
        hint="In your time zone. Empty: never."
        type="datetime-local"
        value={expires}
      />
    </FormDialog>
  )
}
