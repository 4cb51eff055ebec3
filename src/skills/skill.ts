import { type Kysely, sql } from 'kysely'
import { CompletionError } from '../completion/completion-error.ts'
import { type Blobs, removeUnusedBlob } from '../files/stored-blobs.ts'
import { subtractStoredBytes } from '../files/stored-bytes.ts'
import type { Database } from '../state/database.ts'
import { pageCursor, readPage, readPageCursor } from '../state/page.ts'
import { storableText } from '../state/storable-text.ts'
import type { SkillsTable } from '../state/tables/skills-table.ts'

/** Where skills are kept. */
export interface Skills extends Blobs {
  /** Most bytes of all skills and files together. */
  readonly maxTotalBytes: number
}

const COLUMNS = [
  'skills.id',
  'skills.workspaceId',
  'skills.name',
  'skills.displayName',
  'skills.latestVersionId',
  'skills.createdAt',
  'skills.updatedAt',
] as const

/** Instructions and files for a model, in versions. */
export interface Skill extends Readonly<Omit<SkillsTable, 'source'>> {
  /** By which the beta addresses its newest version; null where it has none. */
  readonly latestVersion: string | null
}

/** Which page of a list is asked for. */
export interface SkillPageRequest {
  readonly limit: number
  readonly page: string | undefined
  /** Whether a text that is no cursor gives the first page; otherwise it is refused. */
  readonly acceptsAnyCursor: boolean
}

/** A page of a list. */
export interface SkillPage<Row> {
  readonly rows: readonly Row[]
  readonly nextPage: string | null
}

/** One page of a workspace's skills, the newest first. @throws CompletionError `invalid-request` for a text that is no cursor */
export function listSkills(
  { state: { db } }: Skills,
  workspaceId: string,
  request: SkillPageRequest,
): Promise<SkillPage<Skill>> {
  return readSkillPage(skillsOf(db, workspaceId), 'skills', request)
}

/** A skill of a workspace; undefined if it has none with that id. */
export function readSkill(
  { state: { db } }: Pick<Skills, 'state'>,
  workspaceId: string,
  id: string,
): Promise<Skill | undefined> {
  return skillsOf(db, workspaceId).where('skills.id', '=', storableText(id)).executeTakeFirst()
}

/** Whether a workspace has a skill that is shown under a name. */
export async function hasSkillNamed(
  { state: { db } }: Pick<Skills, 'state'>,
  workspaceId: string,
  displayName: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('skills')
    .select('id')
    .where('workspaceId', '=', workspaceId)
    .where('displayName', '=', storableText(displayName))
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Deletes a skill with its versions.
 *
 * @param needsNoVersions whether it is kept while it has versions, as in the beta
 */
export async function deleteSkill(
  skills: Skills,
  workspaceId: string,
  id: string,
  { needsNoVersions }: { readonly needsNoVersions: boolean },
): Promise<'deleted' | 'not-found' | 'has-versions'> {
  const deleted = await skills.state.db.transaction().execute(async (transaction) => {
    if (!(await lockSkill(transaction, workspaceId, id))) return 'not-found'
    const versions = await transaction
      .selectFrom('skillVersions')
      .select(['blobId', 'sizeBytes'])
      .where('skillId', '=', id)
      .execute()
    if (needsNoVersions && versions.length > 0) return 'has-versions'
    await transaction.deleteFrom('skillVersions').where('skillId', '=', id).execute()
    await transaction.deleteFrom('skills').where('id', '=', id).execute()
    await subtractStoredBytes(
      transaction,
      versions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    )
    return versions
  })
  if (typeof deleted === 'string') return deleted
  for (const { blobId } of deleted) await removeUnusedBlob(skills, blobId)
  return 'deleted'
}

/** Waits for others that change a skill. Returns false if the workspace has none with that id. */
export async function lockSkill(
  transaction: Kysely<Database>,
  workspaceId: string,
  id: string,
): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable('skills')
    // A write, since both databases lock the row for it.
    .set({ updatedAt: sql<number>`updated_at` })
    .where('id', '=', storableText(id))
    .where('workspaceId', '=', workspaceId)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** One page of a query without order and limit, whose rows have a time and an id. */
export async function readSkillPage<
  Tables extends keyof Database,
  Row extends { readonly createdAt: number; readonly id: string },
>(
  query: Parameters<typeof readPage<Tables, Row>>[0],
  table: 'skills' | 'skillVersions',
  { limit, page, acceptsAnyCursor }: SkillPageRequest,
): Promise<SkillPage<Row>> {
  async function placeOf(cursor: string) {
    const place = readPageCursor(cursor)
    if (place !== undefined || acceptsAnyCursor) return place
    throw new CompletionError('invalid-request', 'The page parameter is not a valid cursor for this request.')
  }
  const columns = { at: `${table}.createdAt`, id: `${table}.id`, placeOf }
  const { rows, hasMore } = await readPage(query, columns, { limit, afterId: page })
  const last = rows.at(-1)
  const hasNext = hasMore && last !== undefined
  return { rows, nextPage: hasNext ? pageCursor({ at: last.createdAt, id: last.id }) : null }
}

function skillsOf(db: Kysely<Database>, workspaceId: string) {
  return db
    .selectFrom('skills')
    .leftJoin('skillVersions', 'skillVersions.id', 'skills.latestVersionId')
    .select(COLUMNS)
    .select('skillVersions.version as latestVersion')
    .where('skills.workspaceId', '=', workspaceId)
}
