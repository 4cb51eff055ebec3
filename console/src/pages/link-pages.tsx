import { type Signal, useSignal } from '@preact/signals'
import type { FunctionComponent } from 'preact'
import { linkSecret } from '../link-secret.ts'
import { TextField } from '../parts/field.tsx'
import { SignInForm } from './sign-in-form.tsx'

const MIN_PASSWORD_LENGTH = 10

/** The pages of links, by their paths. They are there for one who has not logged in. */
export const LINK_PAGES: Readonly<Record<string, FunctionComponent>> = {
  '/set-up': SetUpPage,
  '/accept-invite': AcceptInvitePage,
  '/set-password': SetPasswordPage,
}

/** The first admin. */
function SetUpPage() {
  const [email, name, password] = [useSignal(''), useSignal(''), useSignal('')]
  return (
    <SignInForm
      title="Set up this server"
      about="You become its admin, who can invite others and do everything here."
      button="Create the first admin"
      path="/continuo/set_up"
      body={() => ({
        ...{ code: linkSecret.value.trim(), name: name.value.trim() },
        ...{ email: email.value.trim(), password: password.value },
      })}
      isOfLink
    >
      <SecretField label="Code of the link" />
      <TextField label="Email" type="email" autocomplete="username" required value={email} />
      <TextField label="Name" autocomplete="name" required maxLength={255} value={name} />
      <NewPasswordField value={password} />
    </SignInForm>
  )
}

function AcceptInvitePage() {
  const [name, password] = [useSignal(''), useSignal('')]
  return (
    <SignInForm
      title="Accept the invite"
      about="You log in with the address that was invited, and with the password that you choose here."
      button="Join"
      path="/continuo/accept_invite"
      body={() => ({ secret: linkSecret.value.trim(), name: name.value.trim(), password: password.value })}
      isOfLink
    >
      <SecretField label="Secret of the link" />
      <TextField label="Name" autocomplete="name" required maxLength={255} value={name} />
      <NewPasswordField value={password} />
    </SignInForm>
  )
}

function SetPasswordPage() {
  const password = useSignal('')
  return (
    <SignInForm
      title="Set a password"
      about="Your other logins end, wherever they are."
      button="Set the password"
      path="/continuo/set_password"
      body={() => ({ secret: linkSecret.value.trim(), password: password.value })}
      isOfLink
    >
      <SecretField label="Secret of the link" />
      <NewPasswordField value={password} />
    </SignInForm>
  )
}

/** It is filled in, unless the link was not copied whole. */
function SecretField({ label }: { readonly label: string }) {
  return <TextField label={label} type="password" autocomplete="off" required value={linkSecret} />
}

export function NewPasswordField({ value }: { readonly value: Signal<string> }) {
  const isShort = value.value !== '' && value.value.length < MIN_PASSWORD_LENGTH
  return (
    <TextField
      label="New password"
      type="password"
      autocomplete="new-password"
      required
      hint={`At least ${MIN_PASSWORD_LENGTH} characters`}
      problem={isShort ? 'Too short' : null}
      value={value}
    />
  )
}
