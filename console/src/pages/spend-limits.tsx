import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { callApi } from '../api/call-api.ts'
import { may } from '../api/session.ts'
import { useList } from '../api/use-list.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { SelectField, TextField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { formatMoney } from '../parts/format.ts'
import { Time } from '../parts/time.tsx'
import { describeScope, type LimitScope, scopeOf } from './limit-scope.ts'
import { LimitScopeFields } from './limit-scope-fields.tsx'

const SPEND_LIMITS = '/v1/organizations/spend_limits'
const CENTS_PER_DOLLAR = 100
const PERIODS = [
  ['daily', 'A day'],
  ['weekly', 'A week'],
  ['monthly', 'A month'],
] as const

interface SpendLimit {
  readonly id: string
  /** Cents; null for no limit. */
  readonly amount: string | null
  readonly period: string
  readonly scope: LimitScope
  readonly updatedAt: string
}

const COLUMNS: readonly Column<SpendLimit>[] = [
  { title: 'For', cell: ({ scope }) => describeScope(scope) },
  {
    title: 'At most',
    align: 'end',
    cell: ({ amount }) => (amount === null ? 'no limit' : formatMoney(amount)),
  },
  {
    title: 'In',
    cell: ({ period }) => (PERIODS.find(([name]) => name === period)?.[1] ?? period).toLowerCase(),
  },
  { title: 'Set', cell: ({ updatedAt }) => <Time at={updatedAt} />, isDetail: true },
]

interface SpendLimitsProps {
  readonly action: ComponentChildren
  readonly isMaking: boolean
  readonly onMade: () => void
}

/** Limits of money. */
export function SpendLimits({ action, isMaking, onMade }: SpendLimitsProps) {
  const list = useList<SpendLimit>(SPEND_LIMITS, { limit: 20 })
  const removing = useSignal<SpendLimit | null>(null)
  const remove = (limit: SpendLimit) => (
    <Button
      kind="plain"
      isSmall
      icon="trash"
      label={`Remove the limit of ${describeScope(limit.scope)}`}
      onClick={() => {
        removing.value = limit
      }}
    />
  )
  const limit = removing.value
  return (
    <>
      <DataTable
        label="Spend limits"
        list={list}
        keyOf={({ id }) => id}
        columns={COLUMNS}
        {...(may('write:limits') ? { actions: remove } : {})}
        empty={
          <EmptyState title="No spend limits" action={action}>
            They count what models cost by their prices; without prices everything costs nothing.
          </EmptyState>
        }
      />
      {limit !== null && (
        <ConfirmDialog
          title="Remove this limit?"
          action="Remove"
          onConfirm={() => callApi(`${SPEND_LIMITS}/${limit.id}`, { method: 'DELETE' })}
          onClose={() => {
            removing.value = null
            list.reload()
          }}
        >
          {describeScope(limit.scope)} may then spend as much as the other limits allow.
        </ConfirmDialog>
      )}
      {isMaking && <SpendLimitDialog onClose={onMade} />}
    </>
  )
}

function SpendLimitDialog({ onClose }: { readonly onClose: () => void }) {
  const type = useSignal<LimitScope['type']>('organization')
  const id = useSignal('')
  const dollars = useSignal('')
  const period = useSignal('monthly')
  const save = async () => {
    const amount = String(Math.round(Number(dollars.value) * CENTS_PER_DOLLAR))
    const scope = scopeOf(type.value, id.value)
    await callApi(SPEND_LIMITS, { body: { amount, scope, period: period.value } })
    onClose()
  }
  return (
    <FormDialog title="Set a spend limit" action="Set" onClose={onClose} onSubmit={save}>
      <LimitScopeFields type={type} id={id} />
      <TextField label="At most, US dollars" type="number" min={0} step={0.01} value={dollars} required />
      <SelectField label="In" value={period} options={PERIODS} />
    </FormDialog>
  )
}
