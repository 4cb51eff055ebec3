import type { TableShape } from './table-shape.ts'

/** Invitations; a set-up link is one with role `admin`. */
export interface InvitesTable {
  id: string
  email: string
  emailKey: string
  role: string
  secretSha256: string | null
  invitedBy: string | null
  invitedAt: number
  expiresAt: number
  acceptedAt: number | null
  deletedAt: number | null
}

export const INVITES: TableShape<InvitesTable> = {
  key: ['id'],
  columns: {
    id: 'text',
    email: 'text',
    emailKey: 'text',
    role: 'text',
    secretSha256: 'text',
    invitedBy: 'text',
    invitedAt: 'integer',
    expiresAt: 'integer',
    acceptedAt: 'integer',
    deletedAt: 'integer',
  },
}
