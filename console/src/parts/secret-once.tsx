import type { ComponentChildren } from 'preact'
import { CopyButton } from './copy-button.tsx'
import { Dialog } from './dialog.tsx'

interface SecretOnceProps {
  readonly title: string
  readonly secret: string
  /** What to do with it. */
  readonly children?: ComponentChildren
  readonly onClose: () => void
}

/** Shows a secret that nothing can show again. */
export function SecretOnce({ title, secret, children, onClose }: SecretOnceProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>Copy it now and keep it where secrets are kept: it is not shown again.</p>
      <div class="secret">
        <code>{secret}</code>
        <CopyButton text={secret} label="Copy the secret" />
      </div>
      {children}
    </Dialog>
  )
}
