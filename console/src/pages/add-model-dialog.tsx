import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { ENGINES, type Engine } from '../api/engines.ts'
import { TextField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { showToast } from '../parts/toasts.tsx'

interface AddModelDialogProps {
  readonly onDone: () => void
  readonly onClose: () => void
}

/** Asks which model is added. */
export function AddModelDialog({ onDone, onClose }: AddModelDialogProps) {
  const model = useSignal('')
  const add = async () => {
    const { name, state } = await callApi<Engine>(ENGINES, { body: { model: model.value } })
    showToast(state === 'downloading' ? `${name} is being downloaded.` : `${name} was added.`)
    onDone()
    onClose()
  }
  return (
    <FormDialog title="Add a model" action="Add" onClose={onClose} onSubmit={add}>
      <TextField
        label="Path or name"
        value={model}
        required
        maxLength={1000}
        placeholder="hf:OWNER/REPO:Q4_K_M"
        hint={
          <>
            The path of a GGUF file on the server; <code>hf:OWNER/REPO</code>, which is downloaded;{' '}
            <code>ollama:NAME</code>; or the name of a model on the server.
          </>
        }
      />
      <p class="small muted">
        It is loaded when it is first asked for, and stays until the server ends. To keep it, put it into the
        configuration with <code>"onDemand": true</code>.
      </p>
    </FormDialog>
  )
}
