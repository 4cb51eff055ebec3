import type { TableShape } from './table-shape.ts'

/** Logins to the console. The cookie holds the secret, this table its SHA-256. */
export interface SessionsTable {
  secretSha256: string
  userId: string
  createdAt: number
  seenAt: number
  expiresAt: number
}

export const SESSIONS: TableShape<SessionsTable> = {
  key: ['secretSha256'],
  columns: {
    secretSha256: 'text',
    userId: 'text',
    createdAt: 'integer',
    seenAt: 'integer',
    expiresAt: 'integer',
  },
}
