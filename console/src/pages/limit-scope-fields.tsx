import type { Signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { session } from '../api/session.ts'
import { useJson } from '../api/use-json.ts'
import { SelectField } from '../parts/field.tsx'
import type { LimitScope } from './limit-scope.ts'

/** Most keys that can be chosen from. */
const MAX_KEYS = 1000

const SCOPES = [
  ['organization', 'The organization'],
  ['workspace', 'A workspace'],
  ['api_key', 'An API key'],
] as const

interface LimitScopeFieldsProps {
  readonly type: Signal<LimitScope['type']>
  /** The id of what the limit is for; '' for the organization. */
  readonly id: Signal<string>
}

/** Asks whom a limit is for. */
export function LimitScopeFields({ type, id }: LimitScopeFieldsProps) {
  const needsKeys = type.value === 'api_key'
  const { data: keys } = useJson<{ data: readonly { id: string; name: string }[] }>(
    needsKeys ? '/continuo/api_keys' : null,
    { limit: MAX_KEYS, status: 'active' },
  )
  const workspaces = session.value?.workspaces ?? []
  const choices = needsKeys ? (keys?.data ?? []) : type.value === 'workspace' ? workspaces : []
  const [first] = choices
  const isKnown = choices.some((choice) => choice.id === id.value)
  useEffect(() => {
    if (first !== undefined && !isKnown) id.value = first.id
  }, [first, isKnown, id])
  return (
    <>
      <SelectField label="For" value={type as Signal<string>} options={SCOPES} />
      {choices.length > 0 && (
        <SelectField
          label={needsKeys ? 'API key' : 'Workspace'}
          value={id}
          options={choices.map((choice) => [choice.id, choice.name] as const)}
        />
      )}
      {needsKeys && keys !== null && choices.length === 0 && <p>There is no active key yet.</p>}
    </>
  )
}
