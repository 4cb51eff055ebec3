import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { Field, TextField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { FAULT_NAMES, FAULTS } from './fault.ts'

/** Asks what is to go wrong, and for which requests. */
export function FaultDialog({ onClose }: { readonly onClose: () => void }) {
  const fault = useSignal('overloaded')
  const times = useSignal('1')
  const model = useSignal('')
  const test = useSignal('')
  const save = async () => {
    const when = {
      ...(model.value === '' ? {} : { model: model.value }),
      ...(test.value === '' ? {} : { test: test.value }),
    }
    const body = { fault: fault.value, when, times: times.value === '' ? null : Number(times.value) }
    await callApi(FAULTS, { body })
    onClose()
  }
  return (
    <FormDialog title="Make a fault" action="Make" onClose={onClose} onSubmit={save}>
      <Field label="Fault">
        {(described) => (
          <select
            {...described}
            value={fault.value}
            onChange={(event) => {
              fault.value = event.currentTarget.value
            }}
          >
            {Object.entries(FAULT_NAMES).map(([place, names]) => (
              <optgroup key={place} label={place}>
                {names.map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        )}
      </Field>
      <TextField
        label="Times"
        hint="Requests that it strikes. Empty: all."
        type="number"
        min={1}
        value={times}
      />
      <TextField label="Model" hint="Only requests for this id. Empty: any." value={model} />
      <TextField
        label="Test"
        hint="Only requests whose header x-continuo-test has this value."
        value={test}
      />
    </FormDialog>
  )
}
