import type { TableShape } from './table-shape.ts'

/** How many logins failed for an account, for a network, or for both. What is counted is kept as its SHA-256. */
export interface FailedLoginsTable {
  subjectSha256: string
  failures: number
  endsAt: number
}

export const FAILED_LOGINS: TableShape<FailedLoginsTable> = {
  key: ['subjectSha256'],
  columns: {
    subjectSha256: 'text',
    failures: 'integer',
    endsAt: 'integer',
  },
}
