import { useSignal } from '@preact/signals'
import { SelectField, TextField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { LIMITERS, setRateLimit } from './limit-rules.ts'
import { type LimitScope, scopeOf } from './limit-scope.ts'
import { LimitScopeFields } from './limit-scope-fields.tsx'

/** Sets one rate limit. */
export function RateLimitDialog({ onClose }: { readonly onClose: () => void }) {
  const type = useSignal<LimitScope['type']>('organization')
  const id = useSignal('')
  const modelGroup = useSignal('')
  const limiter = useSignal<string>(LIMITERS[0][0])
  const value = useSignal('')
  const save = async () => {
    const group = modelGroup.value.trim()
    const rule = {
      ...{ scope: scopeOf(type.value, id.value), limiter: limiter.value },
      modelGroup: group === '' ? 'all' : group,
    }
    await setRateLimit(rule, Number(value.value))
    onClose()
  }
  return (
    <FormDialog title="Set a rate limit" action="Set" onClose={onClose} onSubmit={save}>
      <LimitScopeFields type={type} id={id} />
      <SelectField label="Limit" value={limiter} options={LIMITERS} />
      <TextField label="At most" type="number" min={0} step={1} value={value} required />
      <TextField
        label="Model"
        hint="A model's id or the name of a group. Empty: all together."
        value={modelGroup}
      />
    </FormDialog>
  )
}
