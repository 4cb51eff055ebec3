import { useSignal } from '@preact/signals'
import { callApi } from '../api/call-api.ts'
import { SelectField, TextField } from '../parts/field.tsx'
import { FormDialog } from '../parts/form-dialog.tsx'
import { SecretOnce } from '../parts/secret-once.tsx'
import { makeLink } from './make-link.ts'
import { ROLES } from './roles.ts'

export const INVITES = '/v1/organizations/invites'

export interface Invite {
  readonly id: string
  readonly email: string
  readonly role: string
  readonly status: string
  readonly invitedAt: string
  readonly expiresAt: string
}

/** Invites somebody: what they get is a link, which the one who invites passes on. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const email = useSignal('')
  const role = useSignal('user')
  const link = useSignal<string | null>(null)
  const invite = async () => {
    const body = { email: email.value, role: role.value }
    const { id } = await callApi<Invite>(INVITES, { body })
    link.value = await makeLink(`/continuo/invites/${id}/link`)
  }
  if (link.value !== null) {
    return <SecretOnce title={`The link for ${email.value}`} secret={link.value} onClose={onClose} />
  }
  return (
    <FormDialog title="Invite a member" action="Make a link" onClose={onClose} onSubmit={invite}>
      <p>This server sends no mail: you get a link to pass on.</p>
      <TextField label="Email" type="email" value={email} required maxLength={254} />
      <SelectField label="Role" value={role} options={ROLES} />
    </FormDialog>
  )
}
