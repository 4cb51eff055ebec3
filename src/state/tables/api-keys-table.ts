import type { TableShape } from './table-shape.ts'

/** API keys and admin keys. The secret is shown once and kept as its SHA-256, in hexadecimal. */
export interface ApiKeysTable {
  id: string
  secretSha256: string
  kind: 'api' | 'admin'
  /** The few characters of the secret that may be shown. */
  hint: string | null
  name: string
  /** Null for keys of the whole organization. */
  workspaceId: string | null
  /** Whom the key stands for: a user (`user_…`) or a service account (`svac_…`); null for a workspace key. */
  principalId: string | null
  createdBy: string | null
  createdAt: number
  status: 'active' | 'inactive' | 'archived'
  expiresAt: number | null
  /** `configuration` for keys that a flag, the environment or a file declares. */
  origin: 'console' | 'configuration'
  /** A JSON list of model ids; null for every model. */
  allowedModels: string | null
  lastUsedAt: number | null
}

export const API_KEYS: TableShape<ApiKeysTable> = {
  key: ['id'],
  columns: {
    id: 'text',
    secretSha256: 'text',
    kind: 'text',
    hint: 'text',
    name: 'text',
    workspaceId: 'text',
    principalId: 'text',
    createdBy: 'text',
    createdAt: 'integer',
    status: 'text',
    expiresAt: 'integer',
    origin: 'text',
    allowedModels: 'text',
    lastUsedAt: 'integer',
  },
}
