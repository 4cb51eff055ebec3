import type { ComponentChildren } from 'preact'
import { useAction } from '../api/use-action.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

interface FormDialogProps {
  readonly title: string
  /** Fields, or what happens then. */
  readonly children: ComponentChildren
  /** The verb on the button, such as "Create". */
  readonly action: string
  readonly kind?: 'primary' | 'danger'
  /** Whether something is missing that the browser does not check. */
  readonly isIncomplete?: boolean
  /** What goes wrong in it is shown, and the dialog stays. */
  readonly onSubmit: () => Promise<unknown>
  readonly onClose: () => void
}

/** A form in a dialog, with the button that sends it. */
export function FormDialog(props: FormDialogProps) {
  const { title, children, action, kind = 'primary', isIncomplete = false, onSubmit, onClose } = props
  const submit = useAction(onSubmit)
  const actions = (
    <Button kind={kind} type="submit" isBusy={submit.isRunning} disabled={isIncomplete}>
      {action}
    </Button>
  )
  return (
    <Dialog {...{ title, onClose, actions }} error={submit.error} onSubmit={() => void submit.run()}>
      {children}
    </Dialog>
  )
}
