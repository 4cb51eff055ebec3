import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import type { ApiFailure } from '../api/api-failure.ts'
import { Button } from './button.tsx'
import { ErrorState } from './error-state.tsx'

interface DialogProps {
  readonly title: string
  readonly children: ComponentChildren
  readonly onClose: () => void
  /** Buttons beside "Cancel". Without them there is "Close". */
  readonly actions?: ComponentChildren
  /** Makes a form of it: called when the form is sent. */
  readonly onSubmit?: () => void
  readonly error?: ApiFailure | null
  readonly isWide?: boolean
}

/** A dialog that is on the page as long as it is open. Escape closes it. */
export function Dialog({ title, children, onClose, actions, onSubmit, error, isWide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const opener = document.activeElement
    dialog.current?.showModal()
    return () => {
      if (opener instanceof HTMLElement) opener.focus()
    }
  }, [])
  const content = (
    <>
      <header>
        <h2 id={titleId}>{title}</h2>
        <Button kind="plain" icon="close" label="Close" onClick={onClose} />
      </header>
      <div class="body">
        {children}
        {error && <ErrorState error={error} />}
      </div>
      <footer>
        <Button onClick={onClose}>{actions === undefined ? 'Close' : 'Cancel'}</Button>
        {actions}
      </footer>
    </>
  )
  const submit = (event: Event) => {
    event.preventDefault()
    onSubmit?.()
  }
  return (
    <dialog ref={dialog} class={isWide ? 'wide' : undefined} aria-labelledby={titleId} onClose={onClose}>
      {onSubmit === undefined ? <div>{content}</div> : <form onSubmit={submit}>{content}</form>}
    </dialog>
  )
}
