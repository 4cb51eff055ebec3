import { callApi } from '../api/call-api.ts'
import { RECORDED_ENGINES, type RecordedEngine } from '../api/recordings.ts'
import { useAction } from '../api/use-action.ts'
import type { LoadedList } from '../api/use-list.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { formatBytes, formatCount } from '../parts/format.ts'

const COLUMNS: readonly Column<RecordedEngine>[] = [
  { title: 'Engine', cell: ({ name }) => <code>{name}</code> },
  { title: 'Now', cell: (engine) => <Doing engine={engine} /> },
  {
    title: 'Recordings',
    align: 'end',
    isDetail: true,
    cell: ({ recordings, maxRecordings }) => (
      <span title={`at most ${formatCount(maxRecordings)}`}>{formatCount(recordings)}</span>
    ),
  },
  {
    title: 'Size',
    align: 'end',
    isDetail: true,
    cell: ({ sizeBytes, maxSizeBytes }) => `${formatBytes(sizeBytes)} of ${formatBytes(maxSizeBytes)}`,
  },
  { title: 'Folder', isDetail: true, cell: ({ folder }) => <code>{folder}</code> },
]

/** The engines that are recorded or play recordings, each with its switch. */
export function RecordedEngines({ list }: { readonly list: LoadedList<RecordedEngine> }) {
  const change = useAction(async ({ name, isRecording }: RecordedEngine) => {
    await callApi(`${RECORDED_ENGINES}/${encodeURIComponent(name)}`, { body: { isRecording: !isRecording } })
    list.reload()
  })
  return (
    <div class="stack recorded-engines">
      {change.error && <ErrorState error={change.error} />}
      <DataTable
        label="Recorded engines"
        list={list}
        keyOf={({ name }) => name}
        columns={COLUMNS}
        actions={(engine) =>
          engine.canRecord && (
            <Button
              isSmall
              icon={engine.isRecording ? 'stop' : 'record'}
              isBusy={change.isRunning}
              label={`${engine.isRecording ? 'Stop recording' : 'Record'} ${engine.name}`}
              onClick={() => void change.run(engine)}
            >
              {engine.isRecording ? 'Stop' : 'Record'}
            </Button>
          )
        }
        empty={
          <EmptyState title="No engine is ready yet">
            Engines that record or play are listed once they are open.
          </EmptyState>
        }
      />
    </div>
  )
}

function Doing({ engine: { mode, isRecording } }: { readonly engine: RecordedEngine }) {
  if (mode === 'replay') return <Badge tone="info">plays only</Badge>
  if (!isRecording) return <Badge tone="warn">does not record</Badge>
  return <Badge tone="bad">{mode === 'record' ? 'records all' : 'records what is missing'}</Badge>
}
