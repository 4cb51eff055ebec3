import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import {
  RECORDED_ENGINES,
  RECORDINGS,
  type RecordedEngine,
  type Recording,
  recordingPath,
} from '../api/recordings.ts'
import { useList } from '../api/use-list.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { Filters, filterValue, SelectFilter, TextFilter } from '../parts/filters.tsx'
import { formatBytes, formatCount } from '../parts/format.ts'
import { PageHeader } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'
import { RecordedEngines } from './recorded-engines.tsx'
import { RecordingDialog } from './recording-dialog.tsx'

/** Completions in files, that are played again. */
export function RecordingsPage() {
  const engines = useList<RecordedEngine>(RECORDED_ENGINES)
  const list = useList<Recording>(RECORDINGS, {
    ...{ limit: 50, engine: filterValue('engine'), model: filterValue('model'), text: filterValue('text') },
  })
  const opened = useSignal<Recording | null>(null)
  const deleting = useSignal<Recording | null>(null)
  const open = (recording: Recording | null) => {
    opened.value = recording
  }
  const reload = () => {
    engines.reload()
    list.reload()
  }
  const names = engines.rows?.map(({ name }) => [name, name] as const) ?? []
  return (
    <>
      <PageHeader
        title="Recordings"
        actions={
          <Button icon="refresh" onClick={reload}>
            Reload
          </Button>
        }
      >
        Requests with their responses in files. The server plays them again without a model or a key.
      </PageHeader>
      <RecordedEngines list={engines} />
      <Filters>
        <TextFilter name="text" label="Name of the file" placeholder="capital-of-france" />
        <TextFilter name="model" label="Model" placeholder="any id" />
        {names.length > 1 && (
          <SelectFilter name="engine" label="Engine" options={[['', 'All engines'], ...names]} />
        )}
      </Filters>
      <DataTable
        label="Recordings"
        list={list}
        keyOf={({ engine, id }) => `${engine}/${id}`}
        columns={columns(open)}
        onOpen={open}
        actions={(recording) => (
          <Button
            kind="plain"
            isSmall
            icon="trash"
            label={`Delete ${recording.id}`}
            onClick={() => {
              deleting.value = recording
            }}
          />
        )}
        empty={<NoRecordings engines={engines.rows ?? []} />}
      />
      {opened.value !== null && <RecordingDialog recording={opened.value} onClose={() => open(null)} />}
      {deleting.value !== null && (
        <DeleteDialog
          recording={deleting.value}
          onDone={reload}
          onClose={() => {
            deleting.value = null
          }}
        />
      )}
    </>
  )
}

function NoRecordings({ engines }: { readonly engines: readonly RecordedEngine[] }) {
  if (['text', 'model', 'engine'].some((name) => filterValue(name) !== '')) {
    return <EmptyState title="No recording fits these filters">Change them.</EmptyState>
  }
  return (
    <EmptyState title="Nothing is recorded yet">
      {engines.some(({ isRecording }) => isRecording) ? (
        'Send a request: its response is recorded.'
      ) : (
        <>
          Start the server with <code>CONTINUO_RECORDING=record-missing</code>, and send requests.
        </>
      )}
    </EmptyState>
  )
}

function columns(open: (recording: Recording) => void): readonly Column<Recording>[] {
  return [
    {
      title: 'File',
      cell: (recording) => (
        <button type="button" class="link recording-name" onClick={() => open(recording)}>
          {recording.id.replace(/\.json$/, '')}
        </button>
      ),
    },
    { title: 'Recorded', cell: ({ recordedAt }) => <RecordedAt text={recordedAt} /> },
    { title: 'Model', cell: ({ model }) => <code>{model}</code>, isDetail: true },
    { title: 'Played, times', align: 'end', isDetail: true, cell: ({ plays }) => formatCount(plays) },
    {
      title: 'Input, tokens',
      align: 'end',
      isDetail: true,
      cell: ({ promptTokens }) => countOf(promptTokens),
    },
    {
      title: 'Output, tokens',
      align: 'end',
      isDetail: true,
      cell: ({ outputTokens }) => countOf(outputTokens),
    },
    { title: 'Size', align: 'end', isDetail: true, cell: ({ sizeBytes }) => formatBytes(sizeBytes) },
  ]
}

/** A file that was written by hand may hold any text. */
function RecordedAt({ text }: { readonly text: string }) {
  return Number.isNaN(Date.parse(text)) ? <span class="muted">{text || 'unknown'}</span> : <Time at={text} />
}

function countOf(tokens: number | null): string {
  return tokens === null ? '–' : formatCount(tokens)
}

interface DeleteDialogProps {
  readonly recording: Recording
  readonly onDone: () => void
  readonly onClose: () => void
}

function DeleteDialog({ recording, onDone, onClose }: DeleteDialogProps) {
  return (
    <ConfirmDialog
      title="Delete this recording?"
      action="Delete"
      onConfirm={async () => {
        await callApi(recordingPath(recording), { method: 'DELETE' })
        onDone()
      }}
      onClose={onClose}
    >
      <p>
        The file <code>{recording.id}</code> is removed from the folder of <code>{recording.engine}</code>. A
        test that plays it then fails until it is recorded again.
      </p>
    </ConfirmDialog>
  )
}
