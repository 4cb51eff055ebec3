import { useSignal } from '@preact/signals'
import type { Session } from '../api/session.ts'
import { Callout } from '../parts/callout.tsx'
import { TextField } from '../parts/field.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** Where one says who one is. */
export function LoginPage({ session: { login } }: { readonly session: Session }) {
  const email = useSignal('')
  const password = useSignal('')
  if (login.needsSetUp) return <NeedsSetUp />
  return (
    <SignInForm
      title="Log in"
      about="With the address and the password of your user on this server."
      button="Log in"
      path="/continuo/login"
      body={() => ({ email: email.value.trim(), password: password.value })}
      footer={<p class="small muted">No password, or forgotten? An admin can give you a link to set one.</p>}
    >
      <TextField label="Email" type="email" autocomplete="username" required autofocus value={email} />
      <TextField label="Password" type="password" autocomplete="current-password" required value={password} />
    </SignInForm>
  )
}

/** Of a server without a user. */
function NeedsSetUp() {
  return (
    <main class="plain-page">
      <div class="card stack">
        <h1>Set up this server</h1>
        <p>It has no user yet who could log in.</p>
        <Callout>
          <p>Open the set-up link that it printed when it started. It works once, for an hour.</p>
          <p class="small">
            There is none, or it is too old? Start the server again, or run “continuo user link EMAIL
            --create-admin NAME” with its --state.
          </p>
        </Callout>
      </div>
    </main>
  )
}
