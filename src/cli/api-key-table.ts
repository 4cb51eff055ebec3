import type { ApiKey } from '../accounts/api-key.ts'
import { alignedTable } from './aligned-table.ts'

const TITLES = ['Id', 'Name', 'Status', 'Key', 'Workspace', 'Created', 'Expires', 'Models']

/** Keys as a table for a terminal. */
export function apiKeyTable(keys: readonly ApiKey[]): string {
  if (keys.length === 0) return 'There are no keys.\n'
  return alignedTable([TITLES, ...keys.map(lineOf)])
}

function lineOf(key: ApiKey): string[] {
  const { id, name, status, hint, workspaceId, createdAt, expiresAt, allowedModels, origin } = key
  return [
    id,
    name,
    status,
    hint ?? (origin === 'configuration' ? 'declared' : ''),
    key.isInDefaultWorkspace ? 'default' : (workspaceId ?? 'all'),
    dayOf(createdAt),
    expiresAt === null ? 'never' : dayOf(expiresAt),
    allowedModels?.join(',') ?? 'all',
  ]
}

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ')
}
