import type { ComponentChildren } from 'preact'
import { FormDialog } from './form-dialog.tsx'

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
  const confirm = async () => {
    await onConfirm()
    onClose()
  }
  return (
    <FormDialog {...{ title, action, onClose }} kind="danger" onSubmit={confirm}>
      <div>{children}</div>
    </FormDialog>
  )
}
