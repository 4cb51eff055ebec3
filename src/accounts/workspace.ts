import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database } from '../state/database.ts'
import type { Page } from '../state/page.ts'
import type { State } from '../state/state.ts'
import { storableText } from '../state/storable-text.ts'
import type { WorkspacesTable } from '../state/tables/workspaces-table.ts'
import { AccountError } from './account-error.ts'
import { newAccountId } from './account-id.ts'
import { type AccountChange, type Accounts, changeAccounts } from './accounts.ts'
import type { Actor } from './actor.ts'
import { API_KEYS_TOPIC, WORKSPACES_TOPIC } from './key-directory.ts'
import { type ListRequest, readListPage } from './list-request.ts'
import { shownWorkspaceId, storedWorkspaceId } from './workspace-id.ts'

/** Most workspaces that are not archived: every instance keeps them in memory. The real API has 100. */
const MAX_WORKSPACES = 1_000
/** Most tags of a workspace, and characters of their names and values: a list has those of a thousand workspaces. */
const [MAX_TAGS, MAX_TAGS_UNITS] = [50, 4_096]
/** The color of a workspace that is created without one. */
const DEFAULT_COLOR = '#6C5BB9'

/** Where a workspace's data may be; this server keeps what it is given and shows it. */
export interface DataResidency {
  readonly workspaceGeo: string
  readonly defaultInferenceGeo: string
  readonly allowedInferenceGeos: 'unrestricted' | readonly string[]
}

/** What keys and usage belong to. */
export interface Workspace
  extends Pick<
    WorkspacesTable,
    | 'id'
    | 'name'
    | 'displayColor'
    | 'compartmentId'
    | 'externalKeyId'
    | 'userProfileId'
    | 'createdAt'
    | 'archivedAt'
  > {
  readonly isDefault: boolean
  readonly tags: Readonly<Record<string, string>>
  readonly dataResidency: DataResidency
}

/** What a workspace is created with. */
export interface NewWorkspace {
  readonly name: string
  readonly displayColor?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
  readonly dataResidency?: Partial<DataResidency> | undefined
  readonly externalKeyId?: string | undefined
  readonly userProfileId?: string | undefined
}

/** Which parts of a workspace change. A tag without a value is removed. */
export interface WorkspaceChange extends Omit<NewWorkspace, 'name' | 'tags'> {
  readonly name?: string | undefined
  readonly tags?: Readonly<Record<string, string | null>> | undefined
}

/** Which workspaces are listed. */
export interface WorkspaceFilter {
  /** Only these, where there are some. */
  readonly ids: readonly string[]
  readonly includesArchived: boolean
  readonly includesDefault: boolean
}

export async function listWorkspaces(
  { state }: Accounts,
  { ids, includesArchived, includesDefault }: WorkspaceFilter,
  request: ListRequest,
): Promise<Page<Workspace>> {
  const { db } = state
  const storedId = (id: string) => storedWorkspaceId(state, storableText(id))
  let query = db.selectFrom('workspaces').selectAll()
  if (ids.length > 0) query = query.where('id', 'in', ids.map(storedId))
  if (!includesArchived) query = query.where('archivedAt', 'is', null)
  if (!includesDefault) query = query.where('isDefault', '=', 0)
  const page = await readListPage(
    db,
    query,
    { table: 'workspaces', at: 'createdAt', kind: 'workspace', storedId },
    request,
  )
  return { ...page, rows: page.rows.map((row) => shown(state, workspaceOf(row))) }
}

/** @throws AccountError `account-not-found` */
export async function readWorkspace({ state }: Accounts, id: string): Promise<Workspace> {
  return shown(state, await findWorkspace(state.db, storedWorkspaceId(state, id)))
}

function shown(state: State, workspace: Workspace): Workspace {
  return workspace.isDefault ? { ...workspace, id: shownWorkspaceId(state, workspace.id) } : workspace
}

/** The workspace of a stored id. @throws AccountError `account-not-found` */
export async function findWorkspace(db: Kysely<Database>, id: string): Promise<Workspace> {
  const row = await db
    .selectFrom('workspaces')
    .selectAll()
    .where('id', '=', storableText(id))
    .executeTakeFirst()
  if (row === undefined) throw AccountError.notFound('Workspace', id)
  return workspaceOf(row)
}

/** A workspace that may be changed. @throws AccountError also for one that is archived */
export async function findOpenWorkspace(db: Kysely<Database>, id: string): Promise<Workspace> {
  const workspace = await findWorkspace(db, id)
  if (workspace.archivedAt === null) return workspace
  throw AccountError.invalid(`Workspace \`${workspace.id}\` is archived.`)
}

export function createWorkspace(accounts: Accounts, actor: Actor, asked: NewWorkspace): Promise<Workspace> {
  return changeAccounts(accounts, actor, async ({ db, atMs, record, announce }) => {
    await announce(WORKSPACES_TOPIC)
    const { open } = await db
      .selectFrom('workspaces')
      .select(({ fn }) => fn.countAll<number>().as('open'))
      .where('archivedAt', 'is', null)
      .where('isDefault', '=', 0)
      .executeTakeFirstOrThrow()
    if (open >= MAX_WORKSPACES) {
      throw AccountError.invalid(
        `An organization has at most ${MAX_WORKSPACES} workspaces that are not archived: archive one first.`,
      )
    }
    const workspace = newWorkspace(asked, { id: newAccountId('wrkspc'), createdAt: atMs })
    await db.insertInto('workspaces').values(workspaceRow(workspace)).execute()
    await record('workspace.create', workspace.id, { name: workspace.name })
    return workspace
  })
}

/** A workspace with the defaults for what was not asked for. */
export function newWorkspace(
  { name, displayColor, tags, dataResidency, externalKeyId, userProfileId }: NewWorkspace,
  identity: Pick<Workspace, 'id' | 'createdAt'> & Partial<Pick<Workspace, 'isDefault' | 'archivedAt'>>,
): Workspace {
  return {
    isDefault: false,
    archivedAt: null,
    ...identity,
    name: storableText(name),
    displayColor: displayColor ?? DEFAULT_COLOR,
    compartmentId: randomUUID(),
    tags: storableTags(tags ?? {}),
    dataResidency: checkResidency({
      workspaceGeo: 'us',
      defaultInferenceGeo: 'global',
      allowedInferenceGeos: 'unrestricted',
      ...dataResidency,
    }),
    externalKeyId: externalKeyId === undefined ? null : storableText(externalKeyId),
    userProfileId: userProfileId === undefined ? null : storableText(userProfileId),
  }
}

export function updateWorkspace(
  accounts: Accounts,
  actor: Actor,
  id: string,
  change: WorkspaceChange,
): Promise<Workspace> {
  return changeAccounts(accounts, actor, async ({ db, record, announce }) => {
    await announce(WORKSPACES_TOPIC)
    const workspace = await findOpenWorkspace(db, storedWorkspaceId(accounts.state, id))
    refuseDefault(workspace, change.name === undefined ? 'changed' : 'renamed')
    const changed: Workspace = {
      ...workspace,
      name: change.name === undefined ? workspace.name : storableText(change.name),
      displayColor: change.displayColor ?? workspace.displayColor,
      tags: changedTags(workspace.tags, change.tags),
      dataResidency: checkResidency({ ...workspace.dataResidency, ...change.dataResidency }),
      externalKeyId: writtenOnce('external_key_id', workspace.externalKeyId, change.externalKeyId),
      userProfileId: writtenOnce('user_profile_id', workspace.userProfileId, change.userProfileId),
    }
    const { id: _, ...columns } = workspaceRow(changed)
    await db.updateTable('workspaces').set(columns).where('id', '=', workspace.id).execute()
    await record('workspace.update', workspace.id, { name: change.name, displayColor: change.displayColor })
    return changed
  })
}

/** Archives a workspace and its keys, for ever. A second time changes nothing. */
export function archiveWorkspace(accounts: Accounts, actor: Actor, id: string): Promise<Workspace> {
  return changeAccounts(accounts, actor, async (change) => {
    const workspace = await findWorkspace(change.db, storedWorkspaceId(accounts.state, id))
    refuseDefault(workspace, 'archived')
    if (workspace.archivedAt !== null) return workspace
    await archive(change, workspace.id)
    return { ...workspace, archivedAt: change.atMs }
  })
}

async function archive({ db, atMs, record, announce }: AccountChange, id: string): Promise<void> {
  await announce(WORKSPACES_TOPIC)
  await announce(API_KEYS_TOPIC)
  await db.updateTable('workspaces').set({ archivedAt: atMs }).where('id', '=', id).execute()
  await db.updateTable('apiKeys').set({ status: 'archived' }).where('workspaceId', '=', id).execute()
  await record('workspace.archive', id)
}

function refuseDefault({ isDefault }: Workspace, change: string): void {
  if (isDefault) throw AccountError.invalid(`The default workspace cannot be ${change}.`)
}

function changedTags(
  tags: Workspace['tags'],
  change: Readonly<Record<string, string | null>> | undefined,
): Workspace['tags'] {
  const changed = new Map<string, string>(Object.entries(tags))
  for (const [name, value] of Object.entries(change ?? {})) {
    if (value === null) changed.delete(storableText(name))
    else changed.set(storableText(name), storableText(value))
  }
  if (changed.size > MAX_TAGS)
    throw AccountError.invalid(`tags: a workspace has at most ${MAX_TAGS}; remove one by setting it to null.`)
  const units = [...changed].reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (units > MAX_TAGS_UNITS)
    throw AccountError.invalid(`tags: they should have at most ${MAX_TAGS_UNITS} characters together.`)
  return Object.fromEntries(changed)
}

function storableTags(tags: Workspace['tags']): Workspace['tags'] {
  return changedTags({}, tags)
}

function checkResidency(residency: DataResidency): DataResidency {
  const { allowedInferenceGeos, defaultInferenceGeo } = residency
  if (allowedInferenceGeos === 'unrestricted' || allowedInferenceGeos.includes(defaultInferenceGeo))
    return residency
  throw AccountError.invalid(
    'data_residency.default_inference_geo: Input should be one of data_residency.allowed_inference_geos',
  )
}

function writtenOnce(name: string, current: string | null, asked: string | undefined): string | null {
  if (asked === undefined || asked === current) return current
  if (current === null) return storableText(asked)
  throw AccountError.invalid(`${name}: it is set already and cannot be replaced`)
}

/** The columns of a workspace. */
export function workspaceRow({ isDefault, tags, dataResidency, ...columns }: Workspace): WorkspacesTable {
  const { workspaceGeo, defaultInferenceGeo, allowedInferenceGeos: allowed } = dataResidency
  return {
    ...columns,
    isDefault: isDefault ? 1 : 0,
    tags: JSON.stringify(tags),
    workspaceGeo,
    defaultInferenceGeo,
    allowedInferenceGeos: allowed === 'unrestricted' ? allowed : JSON.stringify(allowed),
  }
}

function workspaceOf(row: WorkspacesTable): Workspace {
  const {
    isDefault,
    tags,
    workspaceGeo,
    defaultInferenceGeo,
    allowedInferenceGeos: allowed,
    ...columns
  } = row
  return {
    ...columns,
    isDefault: isDefault === 1,
    tags: JSON.parse(tags),
    dataResidency: {
      workspaceGeo,
      defaultInferenceGeo,
      allowedInferenceGeos: allowed === 'unrestricted' ? allowed : JSON.parse(allowed),
    },
  }
}
