import type { TableShape } from './table-shape.ts'

export interface UsersTable {
  id: string
  email: string
  /** The address in lower case and without `+tag`, for searches. */
  emailKey: string
  name: string
  role: string
  passwordHash: string | null
  oidcSubject: string | null
  addedAt: number
  removedAt: number | null
}

export const USERS: TableShape<UsersTable> = {
  key: ['id'],
  columns: {
    id: 'text',
    email: 'text',
    emailKey: 'text',
    name: 'text',
    role: 'text',
    passwordHash: 'text',
    oidcSubject: 'text',
    addedAt: 'integer',
    removedAt: 'integer',
  },
}
