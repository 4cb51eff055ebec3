import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { useAction } from '../api/use-action.ts'
import { useList } from '../api/use-list.ts'
import { Button } from '../parts/button.tsx'
import { Callout } from '../parts/callout.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { formatCount } from '../parts/format.ts'
import { PageHeader } from '../parts/page-header.tsx'
import { FAULTS, type Fault } from './fault.ts'
import { FaultDialog } from './fault-dialog.tsx'

const COLUMNS: readonly Column<Fault>[] = [
  { title: 'Fault', cell: ({ fault }) => <code>{fault}</code> },
  { title: 'When', cell: ({ when }) => describeWhen(when) },
  {
    title: 'Struck, times',
    align: 'end',
    cell: ({ struckCount, times }) =>
      times === null ? formatCount(struckCount) : `${formatCount(struckCount)} of ${formatCount(times)}`,
  },
]

/** What goes wrong on purpose. */
export function FaultsPage() {
  const list = useList<Fault>(FAULTS)
  const isMaking = useSignal(false)
  const remove = useAction(async (id: string) => {
    await callApi(`${FAULTS}/${id}`, { method: 'DELETE' })
    list.reload()
  })
  const removeAll = useAction(async () => {
    await callApi(FAULTS, { method: 'DELETE' })
    list.reload()
  })
  const setMaking = (value: boolean) => {
    isMaking.value = value
    if (!value) list.reload()
  }
  const make = (
    <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
      Make a fault
    </Button>
  )
  const count = list.rows?.length ?? 0
  return (
    <>
      <PageHeader title="Faults" actions={make}>
        Failures on purpose, to see what a program makes of them. They end with the server.
      </PageHeader>
      {count > 0 && (
        <Callout tone="warn">
          <span class="row spread">
            Requests fail on purpose while there are faults.
            <Button isSmall isBusy={removeAll.isRunning} onClick={() => void removeAll.run()}>
              Remove all
            </Button>
          </span>
        </Callout>
      )}
      <DataTable
        label="Faults"
        list={list}
        keyOf={({ id }) => id}
        columns={COLUMNS}
        actions={({ id, fault }) => (
          <Button
            kind="plain"
            isSmall
            icon="trash"
            label={`Remove ${fault}`}
            onClick={() => void remove.run(id)}
          />
        )}
        empty={
          <EmptyState title="Nothing fails on purpose" action={make}>
            A fault strikes requests that match it: before, in or inside their responses.
          </EmptyState>
        }
      />
      {isMaking.value && <FaultDialog onClose={() => setMaking(false)} />}
    </>
  )
}

function describeWhen(when: Fault['when']): string {
  const parts = Object.entries(when ?? {}).map(([name, value]) => `${name} ${value}`)
  return parts.length === 0 ? 'every request' : parts.join(', ')
}
