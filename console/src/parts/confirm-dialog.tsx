import type { ComponentChildren } from 'preact'
import { useAction } from '../api/use-action.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

interface ConfirmDialogProps {
  readonly title: string
  /** What happens then, and whether it can be undone. */
  readonly children: ComponentChildren
  /** The verb on the button, such as "Archive". */
  readonly action: string
  readonly onConfirm: () => Promise<unknown>
  readonly onClose: () => void
}

/** Asks before something that cannot be undone. It closes itself once that is done. */
export function ConfirmDialog({ title, children, action, onConfirm, onClose }: ConfirmDialogProps) {
  const confirm = useAction(async () => {
    await onConfirm()
    onClose()
  })
  const actions = (
    <Button kind="danger" type="submit" isBusy={confirm.isRunning}>
      {action}
    </Button>
  )
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={() => void confirm.run()}
      error={confirm.error}
      actions={actions}
    >
      <div>{children}</div>
    </Dialog>
  )
}
