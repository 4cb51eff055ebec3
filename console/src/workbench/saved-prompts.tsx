import { useSignal } from '@preact/signals'
import {
  addVersion,
  createPrompt,
  deletePrompt,
  type PromptVersion,
  type SavedPrompt,
} from '../api/prompts.ts'
import { useAction } from '../api/use-action.ts'
import { useList } from '../api/use-list.ts'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { DataTable } from '../parts/data-table.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { TextField } from '../parts/field.tsx'
import { Time } from '../parts/time.tsx'
import { showToast } from '../parts/toasts.tsx'
import { hrefOf, navigate } from '../router.ts'
import { isChanged, openPrompt, prompt } from './workbench-state.ts'

/** Where a saved prompt opens. */
export function promptHref(id: string, version: number | null = null): string {
  return hrefOf('/workbench', { prompt: id, version: version === null ? null : String(version) })
}

/** Saves the prompt under a name, or as a further version of the one that is open. */
export function SaveDialog({ onClose }: { readonly onClose: () => void }) {
  const open = openPrompt.value
  const name = useSignal(open?.name ?? '')
  const note = useSignal('')
  const saveNew = async () => {
    const { id, latestVersion } = await createPrompt(name.value.trim(), prompt.value)
    finish({ id, name: name.value.trim(), version: latestVersion })
  }
  const save = useAction(async () => {
    if (open === null) return saveNew()
    const version = await addVersion(open.id, prompt.value, note.value.trim())
    finish({ ...open, version })
  })
  const saveCopy = useAction(saveNew)
  const finish = (saved: { id: string; name: string; version: number }) => {
    openPrompt.value = saved
    isChanged.value = false
    showToast(`${saved.name} is saved as version ${saved.version}.`)
    navigate(promptHref(saved.id), { replace: true })
    onClose()
  }
  const isRunning = save.isRunning || saveCopy.isRunning
  const actions = (
    <>
      {open !== null && (
        <Button
          isBusy={isRunning}
          disabled={name.value.trim() === open.name}
          onClick={() => void saveCopy.run()}
        >
          Save as another prompt
        </Button>
      )}
      <Button kind="primary" type="submit" isBusy={isRunning}>
        {open === null ? 'Save' : `Save version ${open.version + 1}`}
      </Button>
    </>
  )
  return (
    <Dialog
      title="Save the prompt"
      {...{ onClose, actions }}
      error={save.error ?? saveCopy.error}
      onSubmit={() => void save.run()}
    >
      <TextField label="Name" value={name} required maxLength={200} />
      {open !== null && (
        <TextField label="Note" hint="What is different in this version." value={note} maxLength={500} />
      )}
    </Dialog>
  )
}

/** The saved prompts of the workspace. */
export function OpenDialog({ onClose }: { readonly onClose: () => void }) {
  const list = useList<SavedPrompt>('/continuo/prompts', { limit: 20 })
  const deleting = useSignal<SavedPrompt | null>(null)
  const remove = async (id: string) => {
    await deletePrompt(id)
    if (openPrompt.value?.id === id) openPrompt.value = null
    list.reload()
  }
  const open = (id: string) => {
    navigate(promptHref(id))
    onClose()
  }
  return (
    <Dialog title="Saved prompts" onClose={onClose} isWide>
      <DataTable
        label="Saved prompts"
        list={list}
        keyOf={({ id }) => id}
        columns={[
          {
            title: 'Name',
            cell: ({ id, name }) => (
              <button type="button" class="link" onClick={() => open(id)}>
                {name}
              </button>
            ),
          },
          { title: 'Versions', align: 'end', cell: ({ latestVersion }) => latestVersion },
          { title: 'Changed', cell: ({ updatedAt }) => <Time at={updatedAt} />, isDetail: true },
        ]}
        actions={(saved) => (
          <Button
            kind="plain"
            isSmall
            icon="trash"
            label={`Delete ${saved.name}`}
            onClick={() => {
              deleting.value = saved
            }}
          />
        )}
        onOpen={({ id }) => open(id)}
        empty={
          <EmptyState title="Nothing saved yet">
            “Save” keeps the prompt that is open, with its versions.
          </EmptyState>
        }
      />
      {deleting.value !== null && (
        <DeletePromptDialog
          saved={deleting.value}
          onDelete={remove}
          onClose={() => {
            deleting.value = null
          }}
        />
      )}
    </Dialog>
  )
}

interface DeletePromptDialogProps {
  readonly saved: SavedPrompt
  readonly onDelete: (id: string) => Promise<void>
  readonly onClose: () => void
}

function DeletePromptDialog({
  saved: { id, name, latestVersion },
  onDelete,
  onClose,
}: DeletePromptDialogProps) {
  return (
    <ConfirmDialog title={`Delete ${name}?`} action="Delete" onConfirm={() => onDelete(id)} onClose={onClose}>
      <p>
        {latestVersion === 1 ? 'Its one version is' : `All of its ${latestVersion} versions are`} deleted for
        everybody in this workspace. This cannot be undone.
      </p>
    </ConfirmDialog>
  )
}

/** The versions of the prompt that is open. */
export function VersionsDialog({ onClose }: { readonly onClose: () => void }) {
  const id = openPrompt.value?.id ?? ''
  const list = useList<PromptVersion>(`/continuo/prompts/${encodeURIComponent(id)}/versions`, { limit: 50 })
  const open = (version: number) => {
    navigate(promptHref(id, version))
    onClose()
  }
  return (
    <Dialog title={`Versions of ${openPrompt.value?.name ?? ''}`} onClose={onClose}>
      <DataTable
        label="Versions"
        list={list}
        keyOf={({ number }) => String(number)}
        columns={[
          {
            title: 'Version',
            cell: ({ number }) => (
              <button type="button" class="link" onClick={() => open(number)}>
                {number} {number === openPrompt.value?.version && <Badge tone="info">open</Badge>}
              </button>
            ),
          },
          { title: 'Note', cell: ({ note }) => note ?? '' },
          { title: 'Saved', cell: ({ createdAt }) => <Time at={createdAt} /> },
        ]}
        onOpen={({ number }) => open(number)}
        empty={<EmptyState title="No versions" />}
      />
    </Dialog>
  )
}
