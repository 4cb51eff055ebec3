import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { callApi } from '../api/call-api.ts'
import { useAction } from '../api/use-action.ts'
import { Button } from '../parts/button.tsx'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { TextField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { Menu } from '../parts/menu.tsx'
import { showToast } from '../parts/toasts.tsx'
import type { ListedKey } from './key-columns.tsx'

interface KeyActions {
  /** The menu at the end of a key's row. */
  readonly buttons: (key: ListedKey) => ComponentChildren
  /** The dialog that a button has opened. */
  readonly dialog: ComponentChildren
}

interface KeyActionsOptions {
  /** The path of the list. */
  readonly path: string
  readonly onChange: () => void
}

/** What can be done with a key of either kind. */
export function useKeyActions({ path, onChange }: KeyActionsOptions): KeyActions {
  const opened = useSignal<{ readonly verb: 'rename' | 'archive'; readonly key: ListedKey } | null>(null)
  const open = (verb: 'rename' | 'archive', key: ListedKey) => () => {
    opened.value = { verb, key }
  }
  const close = () => {
    opened.value = null
    onChange()
  }
  const { verb, key } = opened.value ?? {}
  return {
    buttons: (row) =>
      !(row.status === 'archived' || row.isDeclared) && (
        <Menu label={`Change ${row.name}`}>
          <Button kind="plain" icon="edit" onClick={open('rename', row)}>
            Rename
          </Button>
          <SwitchKey path={path} apiKey={row} onChange={onChange} />
          <Button kind="plain" icon="trash" onClick={open('archive', row)}>
            Archive
          </Button>
        </Menu>
      ),
    dialog:
      key === undefined ? null : verb === 'rename' ? (
        <RenameKey path={path} apiKey={key} onClose={close} />
      ) : (
        <ArchiveKey path={path} apiKey={key} onClose={close} />
      ),
  }
}

interface KeyProps {
  readonly path: string
  readonly apiKey: ListedKey
}

function SwitchKey({ path, apiKey, onChange }: KeyProps & { readonly onChange: () => void }) {
  const isActive = apiKey.status === 'active'
  const change = useAction(async () => {
    await callApi(`${path}/${apiKey.id}`, { body: { status: isActive ? 'inactive' : 'active' } })
    showToast(`${apiKey.name} is ${isActive ? 'switched off' : 'active again'}.`)
    onChange()
  })
  return (
    <Button kind="plain" icon={isActive ? 'stop' : 'play'} onClick={() => void change.run()}>
      {isActive ? 'Switch off' : 'Switch on'}
    </Button>
  )
}

function RenameKey({ path, apiKey, onClose }: KeyProps & { readonly onClose: () => void }) {
  const name = useSignal(apiKey.name)
  const rename = async () => {
    await callApi(`${path}/${apiKey.id}`, { body: { name: name.value } })
    onClose()
  }
  return (
    <FormDialog title={`Rename ${apiKey.name}`} action="Rename" onClose={onClose} onSubmit={rename}>
      <TextField label="Name" value={name} required maxLength={500} />
    </FormDialog>
  )
}

function ArchiveKey({ path, apiKey, onClose }: KeyProps & { readonly onClose: () => void }) {
  const archive = async () => {
    await callApi(`${path}/${apiKey.id}`, { body: { status: 'archived' } })
    showToast(`${apiKey.name} is archived.`)
  }
  return (
    <ConfirmDialog title={`Archive ${apiKey.name}?`} action="Archive" onConfirm={archive} onClose={onClose}>
      Those who send it are refused from now on. This cannot be undone.
    </ConfirmDialog>
  )
}
