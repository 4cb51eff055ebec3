import type { Kysely } from 'kysely'
import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { Database } from '../state/database.ts'
import type { State } from '../state/state.ts'
import { storableText } from '../state/storable-text.ts'
import { AccountError } from './account-error.ts'
import { newAccountId } from './account-id.ts'
import { type AccountChange, type Accounts, changeAccounts } from './accounts.ts'
import type { Actor } from './actor.ts'
import { type ApiKey, type ApiKeyRow, apiKeyOf, auditedKind, type KeyKind, storedModels } from './api-key.ts'
import { newApiKeySecret, secretDigest, secretHint } from './api-key-secret.ts'
import { API_KEYS_TOPIC } from './key-directory.ts'
import { findServiceAccount, refuseArchived } from './service-account.ts'
import { findUser } from './user.ts'
import { findOpenWorkspace } from './workspace.ts'
import { storedWorkspaceId } from './workspace-id.ts'

/** Most keys of one kind that are not archived: every instance keeps them in memory. */
export const MAX_API_KEYS = 100_000

/** What a key is created with. */
export interface NewApiKey {
  readonly kind: KeyKind
  readonly name: string
  /** By default the default workspace; null for a key of a user or service account that belongs to none. */
  readonly workspaceId?: string | null | undefined
  /** The user or service account that it stands for. */
  readonly principalId?: string | undefined
  /** In milliseconds. */
  readonly expiresAt?: number | undefined
  /** Ids of the models that it may use; without them all. */
  readonly allowedModels?: readonly string[] | undefined
}

/** A new key and its secret, which is not kept. */
export interface CreatedApiKey {
  readonly key: ApiKey
  readonly secret: string
}

/** Creates an API key or an admin key. */
export function createApiKey(accounts: Accounts, actor: Actor, asked: NewApiKey): Promise<CreatedApiKey> {
  return changeAccounts(accounts, actor, (change) => addApiKey(change, accounts.state, { ...asked, actor }))
}

/** The same within a change. */
export async function addApiKey(
  { db, atMs, record, announce }: AccountChange,
  state: State,
  { actor, ...asked }: NewApiKey & { readonly actor: Actor },
): Promise<CreatedApiKey> {
  await announce(API_KEYS_TOPIC)
  if (asked.expiresAt !== undefined && asked.expiresAt <= atMs) {
    throw AccountError.invalid('expires_at: Input should be in the future')
  }
  await refuseTooMany(db, asked.kind)
  const secret = newApiKeySecret(asked.kind)
  const row: ApiKeyRow = {
    id: newAccountId('apikey'),
    kind: asked.kind,
    hint: secretHint(secret),
    name: storableText(asked.name),
    workspaceId: await workspaceOf(state, db, asked),
    principalId: await principalOf(db, asked.principalId),
    createdBy: actor.principalId,
    createdAt: atMs,
    status: 'active',
    expiresAt: asked.expiresAt ?? null,
    origin: 'console',
    allowedModels: storedModels(asked.allowedModels ?? null),
    lastUsedAt: null,
  }
  await db
    .insertInto('apiKeys')
    .values({ ...row, secretSha256: secretDigest(secret) })
    .execute()
  const { name, workspaceId, principalId, expiresAt } = row
  await record(`${auditedKind(asked.kind)}.create`, row.id, {
    ...{ name, workspaceId, principalId },
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    allowedModels: asked.allowedModels ?? null,
  })
  return { key: apiKeyOf(state, row, atMs), secret }
}

async function refuseTooMany(db: Kysely<Database>, kind: KeyKind): Promise<void> {
  const { keys } = await db
    .selectFrom('apiKeys')
    .select(({ fn }) => fn.countAll<number>().as('keys'))
    .where('kind', '=', kind)
    .where('status', '!=', 'archived')
    .executeTakeFirstOrThrow()
  if (keys < MAX_API_KEYS) return
  throw AccountError.invalid(
    `There are ${MAX_API_KEYS} keys that are not archived, the most there can be: archive some.`,
  )
}

async function workspaceOf(
  state: State,
  db: Kysely<Database>,
  { kind, workspaceId = DEFAULT_WORKSPACE_ID, principalId }: NewApiKey,
): Promise<string | null> {
  if (kind === 'admin') return null
  if (workspaceId !== null) return (await findOpenWorkspace(db, storedWorkspaceId(state, workspaceId))).id
  if (principalId !== undefined) return null
  throw AccountError.invalid(
    'workspace_id: only a key of a user or service account (principal_id) can be without a workspace',
  )
}

async function principalOf(db: Kysely<Database>, principalId: string | undefined): Promise<string | null> {
  if (principalId === undefined) return null
  if (!principalId.startsWith('svac_')) return (await findUser(db, principalId)).id
  const account = await findServiceAccount(db, principalId)
  refuseArchived(account)
  return account.id
}
