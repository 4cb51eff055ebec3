import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { callApi } from '../api/call-api.ts'
import { useAction } from '../api/use-action.ts'
import { useList } from '../api/use-list.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { type Column, DataTable } from '../parts/data-table.tsx'
import { DownloadButton } from '../parts/download-button.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { ErrorState } from '../parts/error-state.tsx'
import { formatBytes } from '../parts/format.ts'
import { PageHeader } from '../parts/page-header.tsx'
import { Time } from '../parts/time.tsx'
import { showToast } from '../parts/toasts.tsx'

const FILES = '/v1/files'

interface StoredFile {
  readonly id: string
  readonly filename: string
  readonly mimeType: string
  readonly sizeBytes: number
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly downloadable: boolean
}

const COLUMNS: readonly Column<StoredFile>[] = [
  { title: 'Name', cell: ({ filename }) => filename },
  { title: 'Id', cell: ({ id }) => <code>{id}</code>, isDetail: true },
  { title: 'Type', cell: ({ mimeType }) => mimeType, isDetail: true },
  { title: 'Size', align: 'end', cell: ({ sizeBytes }) => formatBytes(sizeBytes) },
  { title: 'Created', cell: ({ createdAt }) => <Time at={createdAt} />, isDetail: true },
  { title: 'Expires', cell: ({ expiresAt }) => <Time at={expiresAt} />, isDetail: true },
]

/** Documents and pictures that messages can name. */
export function FilesPage() {
  const list = useList<StoredFile>(FILES, { limit: 20 })
  const deleting = useSignal<StoredFile | null>(null)
  const upload = <UploadButton onUploaded={list.reload} />
  const file = deleting.value
  return (
    <>
      <PageHeader title="Files" actions={upload}>
        Documents and pictures that messages can name by their id.
      </PageHeader>
      <DataTable
        label="Files"
        list={list}
        keyOf={({ id }) => id}
        columns={COLUMNS}
        actions={(row) => (
          <span class="row">
            {row.downloadable && (
              <DownloadButton
                path={`${FILES}/${row.id}/content`}
                filename={row.filename}
                label={`Download ${row.filename}`}
              />
            )}
            <Button
              kind="plain"
              isSmall
              icon="trash"
              label={`Delete ${row.filename}`}
              onClick={() => {
                deleting.value = row
              }}
            />
          </span>
        )}
        empty={
          <EmptyState title="No files yet" action={upload}>
            Upload a document, and name its id in a message.
          </EmptyState>
        }
      />
      {file !== null && (
        <ConfirmDialog
          title={`Delete ${file.filename}?`}
          action="Delete"
          onConfirm={() => callApi(`${FILES}/${file.id}`, { method: 'DELETE' })}
          onClose={() => {
            deleting.value = null
            list.reload()
          }}
        >
          Messages that name it are refused from then on. This cannot be undone.
        </ConfirmDialog>
      )}
    </>
  )
}

function UploadButton({ onUploaded }: { readonly onUploaded: () => void }) {
  const input = useRef<HTMLInputElement>(null)
  const upload = useAction(async (files: readonly File[]) => {
    for (const file of files) {
      const form = new FormData()
      form.set('file', file)
      await callApi(FILES, { body: form })
    }
    showToast(files.length === 1 ? `${files[0]?.name} is uploaded.` : `${files.length} files are uploaded.`)
    onUploaded()
  })
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])]
          currentTarget.value = ''
          if (files.length > 0) void upload.run(files)
        }}
      />
      <Button kind="primary" icon="upload" isBusy={upload.isRunning} onClick={() => input.current?.click()}>
        Upload
      </Button>
      {upload.error !== null && <ErrorState error={upload.error} />}
    </>
  )
}
