import { useSignal } from '@preact/signals'
import { callApi } from './api/call-api.ts'
import { NewPasswordField } from './pages/link-pages.tsx'
import { TextField } from './parts/field.tsx'
import { FormDialog } from './parts/form-dialog.tsx'
import { showToast } from './parts/toasts.tsx'

/** Replaces the password of the one who has logged in. */
export function ChangePasswordDialog({ onClose }: { readonly onClose: () => void }) {
  const [current, password] = [useSignal(''), useSignal('')]
  const change = async () => {
    const body = { currentPassword: current.value, password: password.value }
    await callApi('/continuo/change_password', { method: 'POST', body })
    showToast('Your password is changed')
    onClose()
  }
  return (
    <FormDialog title="Change your password" action="Change" onSubmit={change} onClose={onClose}>
      <p class="muted">Your other logins end, wherever they are.</p>
      <TextField
        label="Password now"
        type="password"
        autocomplete="current-password"
        required
        value={current}
      />
      <NewPasswordField value={password} />
    </FormDialog>
  )
}
