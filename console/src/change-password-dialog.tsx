import { useSignal } from '@preact/signals'
import { callApi } from './api/call-api.ts'
import { useAction } from './api/use-action.ts'
import { NewPasswordField } from './pages/link-pages.tsx'
import { Button } from './parts/button.tsx'
import { Dialog } from './parts/dialog.tsx'
import { TextField } from './parts/field.tsx'
import { showToast } from './parts/toasts.tsx'

/** Replaces the password of the one who has logged in. */
export function ChangePasswordDialog({ onClose }: { readonly onClose: () => void }) {
  const [current, password] = [useSignal(''), useSignal('')]
  const change = useAction(async () => {
    const body = { currentPassword: current.value, password: password.value }
    await callApi('/continuo/change_password', { method: 'POST', body })
    showToast('Your password is changed')
    onClose()
  })
  return (
    <Dialog
      title="Change your password"
      onClose={onClose}
      onSubmit={() => void change.run()}
      error={change.error}
      actions={
        <Button kind="primary" type="submit" isBusy={change.isRunning}>
          Change
        </Button>
      }
    >
      <p class="muted">Your other logins end, wherever they are.</p>
      <TextField
        label="Password now"
        type="password"
        autocomplete="current-password"
        required
        value={current}
      />
      <NewPasswordField value={password} />
    </Dialog>
  )
}
