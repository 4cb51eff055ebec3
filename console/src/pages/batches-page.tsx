import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { useList } from '../api/use-list.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { DownloadButton } from '../parts/download-button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { PageHeader } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'
import { BatchProgress } from './batch-progress.tsx'
import { BATCHES, type MessageBatch } from './message-batch.ts'

const COLUMNS: readonly Column<MessageBatch>[] = [
  { title: 'Id', cell: ({ id }) => <code class="id">{id}</code> },
  { title: 'Status', cell: (batch) => <BatchStatus batch={batch} /> },
  { title: 'Requests', cell: (batch) => <BatchProgress batch={batch} /> },
  { title: 'Created', cell: ({ createdAt }) => <Time at={createdAt} />, isDetail: true },
  { title: 'Ended', cell: ({ endedAt }) => <Time at={endedAt} none="not yet" />, isDetail: true },
]

/** Many requests sent as one: how far they are, and their results. */
export function BatchesPage() {
  const list = useList<MessageBatch>(BATCHES, { limit: 20 })
  const opened = useSignal<{ readonly verb: 'cancel' | 'delete'; readonly batch: MessageBatch } | null>(null)
  const open = (verb: 'cancel' | 'delete', batch: MessageBatch) => () => {
    opened.value = { verb, batch }
  }
  const { verb, batch } = opened.value ?? {}
  return (
    <>
      <PageHeader
        title="Message batches"
        actions={
          <Button icon="refresh" onClick={list.reload}>
            Reload
          </Button>
        }
      >
        Many requests sent as one. They run beside other requests, which go first, and cost less.
      </PageHeader>
      <DataTable
        label="Message batches"
        list={list}
        keyOf={({ id }) => id}
        columns={COLUMNS}
        actions={(row) => <BatchButtons batch={row} onOpen={open} />}
        empty={
          <EmptyState title="No batches yet">
            Send one with client.messages.batches.create, or with “continuo batch run requests.jsonl”.
          </EmptyState>
        }
      />
      {batch !== undefined && (
        <EndBatch
          verb={verb ?? 'cancel'}
          batch={batch}
          onClose={() => {
            opened.value = null
            list.reload()
          }}
        />
      )}
    </>
  )
}

function BatchStatus({ batch }: { readonly batch: MessageBatch }) {
  const { processingStatus, archivedAt } = batch
  if (processingStatus === 'canceling') return <Badge tone="warn">canceling</Badge>
  if (processingStatus === 'in_progress') return <Badge tone="info">in progress</Badge>
  return archivedAt === null ? <Badge tone="good">ended</Badge> : <Badge>archived</Badge>
}

interface BatchButtonsProps {
  readonly batch: MessageBatch
  readonly onOpen: (verb: 'cancel' | 'delete', batch: MessageBatch) => () => void
}

function BatchButtons({ batch, onOpen }: BatchButtonsProps) {
  const { id, resultsUrl, processingStatus } = batch
  return (
    <span class="row">
      {resultsUrl !== null && (
        <DownloadButton
          path={`${BATCHES}/${id}/results`}
          filename={`${id}.jsonl`}
          label={`Results of ${id}`}
        />
      )}
      {processingStatus === 'in_progress' && (
        <Button kind="plain" isSmall icon="stop" label={`Cancel ${id}`} onClick={onOpen('cancel', batch)} />
      )}
      {processingStatus === 'ended' && (
        <Button kind="plain" isSmall icon="trash" label={`Delete ${id}`} onClick={onOpen('delete', batch)} />
      )}
    </span>
  )
}

interface EndBatchProps {
  readonly verb: 'cancel' | 'delete'
  readonly batch: MessageBatch
  readonly onClose: () => void
}

function EndBatch({ verb, batch: { id }, onClose }: EndBatchProps) {
  const isCancel = verb === 'cancel'
  const end = () =>
    isCancel
      ? callApi(`${BATCHES}/${id}/cancel`, { body: {} })
      : callApi(`${BATCHES}/${id}`, { method: 'DELETE' })
  return (
    <ConfirmDialog
      title={isCancel ? 'Cancel this batch?' : 'Delete this batch?'}
      action={isCancel ? 'Cancel the batch' : 'Delete'}
      onConfirm={end}
      onClose={onClose}
    >
      {isCancel
        ? 'Requests that have not begun are canceled; results that there are stay.'
        : 'Its results are deleted too. This cannot be undone.'}
    </ConfirmDialog>
  )
}
