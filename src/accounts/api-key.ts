import type { Kysely } from 'kysely'
import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { Database } from '../state/database.ts'
import type { Page } from '../state/page.ts'
import type { State } from '../state/state.ts'
import { storableText } from '../state/storable-text.ts'
import type { ApiKeysTable } from '../state/tables/api-keys-table.ts'
import { AccountError } from './account-error.ts'
import { type Accounts, changeAccounts } from './accounts.ts'
import type { Actor } from './actor.ts'
import { API_KEYS_TOPIC } from './key-directory.ts'
import { type ListRequest, readListPage } from './list-request.ts'
import { findOpenWorkspace } from './workspace.ts'
import { shownWorkspaceId, storedWorkspaceId } from './workspace-id.ts'

export const API_KEY_STATUSES = ['active', 'inactive', 'archived', 'expired'] as const
export type ApiKeyStatus = (typeof API_KEY_STATUSES)[number]

/** An API key or an admin key, without its secret. */
export interface ApiKey extends Omit<ApiKeysTable, 'secretSha256' | 'status' | 'allowedModels'> {
  /** What it is now; a key expires by itself. */
  readonly status: ApiKeyStatus
  /** Null for every model. */
  readonly allowedModels: readonly string[] | null
  readonly isInDefaultWorkspace: boolean
}

export type ApiKeyRow = Omit<ApiKeysTable, 'secretSha256'>
export type KeyKind = ApiKeysTable['kind']

const COLUMNS = [
  'id',
  'kind',
  'hint',
  'name',
  'workspaceId',
  'principalId',
  'createdBy',
  'createdAt',
  'status',
  'expiresAt',
  'origin',
  'allowedModels',
  'lastUsedAt',
] as const

/** Which keys are listed. */
export interface ApiKeyFilter {
  readonly kind: KeyKind
  readonly status?: ApiKeyStatus | undefined
  readonly workspaceId?: string | undefined
  readonly createdBy?: string | undefined
}

export async function listApiKeys(
  { state, nowMs }: Accounts,
  { kind, status, workspaceId, createdBy }: ApiKeyFilter,
  request: ListRequest,
): Promise<Page<ApiKey>> {
  const { db } = state
  const now = nowMs()
  let query = db.selectFrom('apiKeys').select(COLUMNS).where('kind', '=', kind)
  if (workspaceId !== undefined) {
    query = query.where('workspaceId', '=', storedWorkspaceId(state, storableText(workspaceId)))
  }
  if (createdBy !== undefined) query = query.where('createdBy', '=', storableText(createdBy))
  if (status === 'archived') query = query.where('status', '=', status)
  else if (status === 'expired') query = query.where('status', '!=', 'archived').where('expiresAt', '<=', now)
  else if (status !== undefined) {
    query = query
      .where('status', '=', status)
      .where(({ eb, or }) => or([eb('expiresAt', 'is', null), eb('expiresAt', '>', now)]))
  }
  const page = await readListPage(db, query, { table: 'apiKeys', at: 'createdAt', kind: 'API key' }, request)
  return { ...page, rows: page.rows.map((row) => apiKeyOf(state, row, now)) }
}

/** @throws AccountError `account-not-found` */
export async function readApiKey({ state, nowMs }: Accounts, kind: KeyKind, id: string): Promise<ApiKey> {
  return apiKeyOf(state, await findApiKey(state.db, kind, id), nowMs())
}

/** Which parts of a key change. */
export interface ApiKeyChange {
  readonly name?: string | undefined
  readonly status?: ApiKeysTable['status'] | undefined
  /** Null for every model. */
  readonly allowedModels?: readonly string[] | null | undefined
}

/** Changes a key. What is archived stays so, and keys of the configuration are changed there. */
export function updateApiKey(
  accounts: Accounts,
  actor: Actor,
  { kind, id, ...change }: ApiKeyChange & Pick<ApiKey, 'kind' | 'id'>,
): Promise<ApiKey> {
  return changeAccounts(accounts, actor, async ({ db, atMs, record, announce }) => {
    await announce(API_KEYS_TOPIC)
    const key = await findApiKey(db, kind, id)
    const changed = changedKey(key, change)
    const { name, status, allowedModels } = changed
    if (name === key.name && status === key.status && allowedModels === key.allowedModels) {
      return apiKeyOf(accounts.state, key, atMs)
    }
    refuseChange(key, status)
    if (status === 'active' && key.workspaceId !== null) await findOpenWorkspace(db, key.workspaceId)
    await db.updateTable('apiKeys').set({ name, status, allowedModels }).where('id', '=', key.id).execute()
    await record(`${auditedKind(kind)}.update`, key.id, change)
    return apiKeyOf(accounts.state, changed, atMs)
  })
}

function changedKey(key: ApiKeyRow, { name, status, allowedModels }: ApiKeyChange): ApiKeyRow {
  return {
    ...key,
    name: name === undefined ? key.name : storableText(name),
    status: status ?? key.status,
    allowedModels: allowedModels === undefined ? key.allowedModels : storedModels(allowedModels),
  }
}

/** The models that a key may use, as they are stored. */
export function storedModels(models: readonly string[] | null): string | null {
  return models === null ? null : JSON.stringify(models.map(storableText))
}

function refuseChange({ id, origin, status: current }: ApiKeyRow, status: ApiKeysTable['status']): void {
  if (origin === 'configuration') {
    throw AccountError.invalid(
      `API key \`${id}\` is declared in the server's configuration (--api-key, CONTINUO_API_KEYS, apiKeys and the like): change it there.`,
    )
  }
  if (current === 'archived') {
    throw AccountError.invalid(
      `API key \`${id}\` is archived${status === current ? '' : ', which cannot be undone'}.`,
    )
  }
}

async function findApiKey(db: Kysely<Database>, kind: KeyKind, id: string): Promise<ApiKeyRow> {
  const row = await db
    .selectFrom('apiKeys')
    .select(COLUMNS)
    .where('id', '=', storableText(id))
    .where('kind', '=', kind)
    .executeTakeFirst()
  if (row === undefined) throw AccountError.notFound(kind === 'api' ? 'API key' : 'Admin key', id)
  return row
}

/** How the audit trail calls a kind of key. */
export function auditedKind(kind: KeyKind): string {
  return kind === 'api' ? 'api-key' : 'admin-key'
}

/** A key as it is now. */
export function apiKeyOf(state: State, { allowedModels, ...row }: ApiKeyRow, now: number): ApiKey {
  return {
    ...row,
    workspaceId: row.workspaceId === null ? null : shownWorkspaceId(state, row.workspaceId),
    status:
      row.status !== 'archived' && row.expiresAt !== null && row.expiresAt <= now ? 'expired' : row.status,
    allowedModels: allowedModels === null ? null : JSON.parse(allowedModels),
    isInDefaultWorkspace: row.workspaceId === DEFAULT_WORKSPACE_ID,
  }
}
