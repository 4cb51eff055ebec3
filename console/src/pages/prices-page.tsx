import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { may } from '../api/session.ts'
import { useList } from '../api/use-list.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { TextField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'
import { timeOfField } from './time-of-field.ts'

const PRICES = '/continuo/prices'

/** US dollars for a million tokens. */
interface Price {
  readonly model: string
  readonly validFrom: string
  readonly input: number
  readonly output: number
  readonly cacheRead: number
  readonly cacheWrite5m: number
  readonly cacheWrite1h: number
  readonly batchPercent: number
  readonly origin: 'configuration' | 'database'
}

const DOLLARS = (
  name: 'input' | 'output' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h',
  title: string,
  isDetail = true,
) => ({ title, align: 'end', isDetail, cell: (price: Price) => `$${price[name]}` }) as const

const COLUMNS: readonly Column<Price>[] = [
  {
    title: 'Model',
    cell: ({ model, origin }) => (
      <>
        <code>{model}</code> {origin === 'configuration' && <Badge>configuration</Badge>}
      </>
    ),
  },
  DOLLARS('input', 'Input', false),
  DOLLARS('output', 'Output', false),
  DOLLARS('cacheRead', 'Cache read'),
  DOLLARS('cacheWrite5m', 'Cache write, 5 min'),
  DOLLARS('cacheWrite1h', 'Cache write, 1 h'),
  { title: 'In batches', align: 'end', isDetail: true, cell: ({ batchPercent }) => `${batchPercent}%` },
  { title: 'Valid from', isDetail: true, cell: ({ validFrom }) => <Time at={validFrom} /> },
]

/** What tokens of each model cost. */
export function PricesPage() {
  const list = useList<Price>(PRICES)
  const isMaking = useSignal(false)
  const setMaking = (value: boolean) => {
    isMaking.value = value
    if (!value) list.reload()
  }
  const make = may('write:prices') && (
    <Button kind="primary" icon="plus" onClick={() => setMaking(true)}>
      Set a price
    </Button>
  )
  return (
    <>
      <PageHeader title="Prices" actions={make}>
        US dollars for a million tokens. What was used before a price was valid keeps the price that it had.
      </PageHeader>
      <DataTable
        label="Prices in US dollars for a million tokens"
        list={list}
        keyOf={({ model, validFrom }) => `${model} ${validFrom}`}
        columns={COLUMNS}
        empty={
          <EmptyState title="No prices" action={make}>
            Everything costs nothing until you set some.
          </EmptyState>
        }
      />
      {isMaking.value && <PriceDialog onClose={() => setMaking(false)} />}
    </>
  )
}

function PriceDialog({ onClose }: { readonly onClose: () => void }) {
  const model = useSignal('')
  const input = useSignal('')
  const output = useSignal('')
  const cacheRead = useSignal('')
  const validFrom = useSignal('')
  const save = async () => {
    const optional = cacheRead.value === '' ? {} : { cacheRead: Number(cacheRead.value) }
    const from = timeOfField(validFrom.value)
    await callApi(PRICES, {
      body: {
        ...{ model: model.value, input: Number(input.value), output: Number(output.value), ...optional },
        ...(from === null ? {} : { validFrom: from }),
      },
    })
    onClose()
  }
  return (
    <FormDialog title="Set a price" action="Set" onClose={onClose} onSubmit={save}>
      <TextField label="Model" hint="An id of Models." value={model} required maxLength={256} />
      <TextField
        label="Input, US dollars for a million tokens"
        type="number"
        min={0}
        step="any"
        value={input}
        required
      />
      <TextField
        label="Output, US dollars for a million tokens"
        type="number"
        min={0}
        step="any"
        value={output}
        required
      />
      <TextField
        label="Cache read, US dollars for a million tokens"
        hint="Empty: a tenth of the input's price."
        type="number"
        min={0}
        step="any"
        value={cacheRead}
      />
      <TextField
        label="Valid from"
        hint="In your time zone. Empty: now."
        type="datetime-local"
        value={validFrom}
      />
    </FormDialog>
  )
}
