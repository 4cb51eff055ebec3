import type { Kysely } from 'kysely'
import { removeUnusedBlob } from '../files/stored-blobs.ts'
import { subtractStoredBytes } from '../files/stored-bytes.ts'
import type { Database } from '../state/database.ts'
import { storableText } from '../state/storable-text.ts'
import type { SkillVersionsTable } from '../state/tables/skill-versions-table.ts'
import { lockSkill, readSkillPage, type SkillPage, type SkillPageRequest, type Skills } from './skill.ts'

const COLUMNS = [
  'skillVersions.id',
  'skillVersions.skillId',
  'skillVersions.version',
  'skillVersions.name',
  'skillVersions.description',
  'skillVersions.directory',
  'skillVersions.blobId',
  'skillVersions.sizeBytes',
  'skillVersions.createdAt',
] as const

/** All files of a skill at a time. */
export type SkillVersion = Readonly<Omit<SkillVersionsTable, 'instructions'>>

/** A version, by its id, by its number as in the beta, or as the newest. */
export const LATEST = 'latest'

/** One page of the versions of a skill, the newest first; undefined if the workspace has no such skill. */
export async function listSkillVersions(
  { state: { db } }: Skills,
  workspaceId: string,
  skillId: string,
  request: SkillPageRequest,
): Promise<SkillPage<SkillVersion> | undefined> {
  const skill = await db
    .selectFrom('skills')
    .select('id')
    .where('id', '=', storableText(skillId))
    .where('workspaceId', '=', workspaceId)
    .executeTakeFirst()
  if (skill === undefined) return undefined
  return readSkillPage(
    db.selectFrom('skillVersions').select(COLUMNS).where('skillId', '=', skill.id),
    'skillVersions',
    request,
  )
}

/** A version of a workspace's skill. @param version see {@link LATEST} */
export function readSkillVersion(
  { state: { db } }: Pick<Skills, 'state'>,
  workspaceId: string,
  skillId: string,
  version: string,
): Promise<SkillVersion | undefined> {
  return versionsOf(db, workspaceId, skillId, version).select(COLUMNS).executeTakeFirst()
}

/** The same with its instructions. */
export function readSkillInstructions(
  { state: { db } }: Pick<Skills, 'state'>,
  workspaceId: string,
  skillId: string,
  version: string,
): Promise<Pick<SkillVersionsTable, 'id' | 'version' | 'name' | 'description' | 'instructions'> | undefined> {
  return versionsOf(db, workspaceId, skillId, version)
    .select([
      'skillVersions.id',
      'skillVersions.version',
      'skillVersions.name',
      'skillVersions.description',
      'skillVersions.instructions',
    ])
    .executeTakeFirst()
}

/**
 * Deletes a version of a skill.
 *
 * @param keepsLast whether the last version of a skill is kept
 */
export async function deleteSkillVersion(
  skills: Skills,
  { workspaceId, skillId, version }: { workspaceId: string; skillId: string; version: string },
  { keepsLast }: { readonly keepsLast: boolean },
): Promise<SkillVersion | 'not-found' | 'last'> {
  const deleted = await skills.state.db.transaction().execute(async (transaction) => {
    if (!(await lockSkill(transaction, workspaceId, skillId))) return 'not-found'
    const found = await versionsOf(transaction, workspaceId, skillId, version)
      .select(COLUMNS)
      .executeTakeFirst()
    if (found === undefined) return 'not-found'
    const next = await newestVersion(transaction, skillId, found.id)
    if (keepsLast && next === undefined) return 'last'
    await transaction.deleteFrom('skillVersions').where('id', '=', found.id).execute()
    await transaction
      .updateTable('skills')
      .set({ latestVersionId: next?.id ?? '', updatedAt: skills.nowMs() })
      .where('id', '=', skillId)
      .execute()
    await subtractStoredBytes(transaction, found.sizeBytes)
    return found
  })
  if (typeof deleted !== 'string') await removeUnusedBlob(skills, deleted.blobId)
  return deleted
}

/** The newest version of a skill but one. */
export function newestVersion(
  db: Kysely<Database>,
  skillId: string,
  exceptId = '',
): Promise<Pick<SkillVersion, 'id' | 'version' | 'createdAt'> | undefined> {
  return db
    .selectFrom('skillVersions')
    .select(['id', 'version', 'createdAt'])
    .where('skillId', '=', skillId)
    .where('id', '!=', exceptId)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

function versionsOf(db: Kysely<Database>, workspaceId: string, skillId: string, version: string) {
  const versions = db
    .selectFrom('skillVersions')
    .innerJoin('skills', 'skills.id', 'skillVersions.skillId')
    .where('skills.workspaceId', '=', workspaceId)
    .where('skills.id', '=', storableText(skillId))
  if (version === LATEST) return versions.whereRef('skillVersions.id', '=', 'skills.latestVersionId')
  const column = version.startsWith('skver_') ? 'skillVersions.id' : 'skillVersions.version'
  return versions.where(column, '=', storableText(version))
}
