import { Badge } from '../parts/badge.tsx'
import type { Column } from '../parts/data-table.tsx'
import { Time } from '../parts/time.tsx'
import { hrefOf } from '../router.ts'
import { WorkspaceName } from './workspace-name.tsx'

/** What a list says of keys of both kinds. */
export interface ListedKey {
  readonly id: string
  readonly name: string
  readonly partialKeyHint: string
  readonly status: 'active' | 'inactive' | 'archived' | 'expired'
  readonly createdAt: string
  readonly expiresAt: string | null
  /** Whether the configuration has it: there it must be changed. */
  readonly isDeclared?: boolean
}

export interface ApiKey extends ListedKey {
  readonly workspaceId: string | null
  readonly allowedModels: readonly string[] | null
  readonly lastUsedAt: string | null
}

export const KEY_STATUSES = [
  ['', 'All'],
  ['active', 'Active'],
  ['inactive', 'Inactive'],
  ['expired', 'Expired'],
  ['archived', 'Archived'],
] as const

const NAME: Column<ListedKey> = {
  title: 'Name',
  cell: ({ name, isDeclared }) => (
    <>
      {name} {isDeclared && <Badge>configuration</Badge>}
    </>
  ),
}
const HINT: Column<ListedKey> = {
  title: 'Key',
  cell: ({ partialKeyHint }) => <code>{partialKeyHint}</code>,
  isDetail: true,
}
const STATUS: Column<ListedKey> = {
  title: 'Status',
  cell: ({ status }) => <Badge tone={status === 'active' ? 'good' : 'neutral'}>{status}</Badge>,
}
const CREATED: Column<ListedKey> = {
  title: 'Created',
  cell: ({ createdAt }) => <Time at={createdAt} />,
  isDetail: true,
}
const EXPIRES: Column<ListedKey> = {
  title: 'Expires',
  cell: ({ expiresAt }) => <Time at={expiresAt} />,
  isDetail: true,
}

export const ADMIN_KEY_COLUMNS: readonly Column<ListedKey>[] = [NAME, HINT, STATUS, CREATED, EXPIRES]

export const API_KEY_COLUMNS: readonly Column<ApiKey>[] = [
  {
    ...NAME,
    cell: (key) => (
      <>
        <a href={hrefOf('/logs', { key: key.id })} title="Its requests">
          {key.name}
        </a>{' '}
        {key.isDeclared && <Badge>configuration</Badge>}
      </>
    ),
  },
  HINT,
  STATUS,
  { title: 'Workspace', cell: ({ workspaceId }) => <WorkspaceName id={workspaceId} />, isDetail: true },
  {
    title: 'Models',
    cell: ({ allowedModels }) => (allowedModels === null ? 'all' : allowedModels.join(', ')),
    isDetail: true,
  },
  { title: 'Last used', cell: ({ lastUsedAt }) => <Time at={lastUsedAt} />, isDetail: true },
  CREATED,
  EXPIRES,
]
