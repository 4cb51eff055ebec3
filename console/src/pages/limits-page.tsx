import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { may } from '../api/session.ts'
import { useList } from '../api/use-list.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { filterValue } from '../parts/filters.tsx'
import { formatCount } from '../parts/format.ts'
import { PageHeader } from '../parts/page-header.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { LIMITERS, RATE_LIMITS, type RateLimitRule, removeRateLimit } from './limit-rules.ts'
import { describeScope } from './limit-scope.ts'
import { RateLimitDialog } from './rate-limit-dialog.tsx'
import { SpendLimits } from './spend-limits.tsx'

const TABS = [
  ['rates', 'Rate limits'],
  ['spending', 'Spend limits'],
] as const

/** How much the organization, its workspaces and keys may use. */
export function LimitsPage() {
  const isMaking = useSignal(false)
  const madeCount = useSignal(0)
  const isSpending = filterValue('tab', 'rates') === 'spending'
  const setMaking = (value: boolean) => {
    isMaking.value = value
  }
  const make = may('write:limits') && (
    <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
      {isSpending ? 'Set a spend limit' : 'Set a rate limit'}
    </Button>
  )
  const close = () => {
    setMaking(false)
    madeCount.value++
  }
  return (
    <>
      <PageHeader title="Limits" actions={make}>
        A request over a limit gets status 429, which says when to try again. The tightest limit applies.
      </PageHeader>
      <Tabs label="Limits" tabs={TABS} />
      {isSpending ? (
        <SpendLimits key={madeCount.value} action={make} isMaking={isMaking.value} onMade={close} />
      ) : (
        <RateLimits key={madeCount.value} action={make} />
      )}
      {isMaking.value && !isSpending && <RateLimitDialog onClose={close} />}
    </>
  )
}

const COLUMNS: readonly Column<RateLimitRule>[] = [
  { title: 'For', cell: ({ scope }) => describeScope(scope) },
  { title: 'Models', cell: ({ modelGroup }) => (modelGroup === 'all' ? 'all' : <code>{modelGroup}</code>) },
  { title: 'Limit', cell: ({ limiter }) => LIMITERS.find(([type]) => type === limiter)?.[1] ?? limiter },
  { title: 'At most', align: 'end', cell: ({ value }) => formatCount(value) },
  {
    title: 'Set by',
    isDetail: true,
    cell: ({ origin }) => <Badge>{origin === 'configuration' ? 'configuration' : 'console or API'}</Badge>,
  },
]

function RateLimits({ action }: { readonly action: ComponentChildren }) {
  const workspace = filterValue('workspace')
  const list = useList<RateLimitRule>(RATE_LIMITS)
  const removing = useSignal<RateLimitRule | null>(null)
  const rows = list.rows?.filter(({ scope }) => workspace === '' || scope.workspaceId === workspace) ?? null
  const remove = (rule: RateLimitRule) =>
    rule.origin !== 'configuration' && (
      <Button
        kind="plain"
        isSmall
        icon="trash"
        label={`Remove the limit of ${describeScope(rule.scope)}`}
        onClick={() => {
          removing.value = rule
        }}
      />
    )
  const rule = removing.value
  return (
    <>
      <DataTable
        label="Rate limits"
        list={{ ...list, rows }}
        keyOf={({ scope, modelGroup, limiter }) => `${describeScope(scope)} ${modelGroup} ${limiter}`}
        columns={COLUMNS}
        {...(may('write:limits') ? { actions: remove } : {})}
        empty={
          <EmptyState title="No rate limits" action={action}>
            Everybody may use as much as the models can do.
          </EmptyState>
        }
      />
      {rule !== null && (
        <ConfirmDialog
          title="Remove this limit?"
          action="Remove"
          onConfirm={() => removeRateLimit(rule)}
          onClose={() => {
            removing.value = null
            list.reload()
          }}
        >
          {describeScope(rule.scope)} may then use as much as the other limits allow.
        </ConfirmDialog>
      )}
    </>
  )
}
