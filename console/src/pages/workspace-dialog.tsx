import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { Field, TextField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'

export const WORKSPACES = '/v1/organizations/workspaces'

export interface Workspace {
  readonly id: string
  readonly name: string
  readonly displayColor: string
  readonly createdAt: string
  readonly archivedAt: string | null
}

interface WorkspaceDialogProps {
  /** Null makes one. */
  readonly workspace: Workspace | null
  readonly onClose: () => void
  readonly onSaved: () => void
}

/** Asks for a workspace's name and color. */
export function WorkspaceDialog({ workspace, onClose, onSaved }: WorkspaceDialogProps) {
  const name = useSignal(workspace?.name ?? '')
  const color = useSignal(workspace?.displayColor ?? '#6C5BB9')
  const save = async () => {
    const path = workspace === null ? WORKSPACES : `${WORKSPACES}/${workspace.id}`
    await callApi(path, { body: { name: name.value, displayColor: color.value } })
    onSaved()
  }
  return (
    <FormDialog
      title={workspace === null ? 'Create a workspace' : `Change ${workspace.name}`}
      action={workspace === null ? 'Create' : 'Save'}
      onClose={onClose}
      onSubmit={save}
    >
      <TextField label="Name" value={name} required maxLength={255} />
      <Field label="Color" hint="Where workspaces stand beside each other.">
        {(described) => (
          <input
            {...described}
            type="color"
            value={color.value}
            onInput={(event) => {
              color.value = event.currentTarget.value
            }}
          />
        )}
      </Field>
    </FormDialog>
  )
}
