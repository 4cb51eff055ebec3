import { randomInt } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { BlobDigest } from '../files/blob-store.ts'
import { keepBlob } from '../files/stored-blobs.ts'
import { addStoredBytes } from '../files/stored-bytes.ts'
import type { Database } from '../state/database.ts'
import { storableText } from '../state/storable-text.ts'
import { randomBase58 } from '../util/base58.ts'
import { invalidSkill } from './invalid-skill.ts'
import { lockSkill, type Skills } from './skill.ts'
import { packArchive } from './skill-archive.ts'
import type { SkillFiles } from './skill-files.ts'
import { newestVersion, type SkillVersion } from './skill-version.ts'

/** Versions of a skill. */
const MAX_VERSIONS = 1_000

/** There is no room for more. */
export class SkillStorageFull extends Error {}

/**
 * Stores a skill with its first version.
 *
 * @throws SkillStorageFull; StateError when it cannot be stored
 */
export async function storeSkill(
  skills: Skills,
  { workspaceId, displayName }: { readonly workspaceId: string; readonly displayName: string },
  files: SkillFiles,
): Promise<string> {
  const skillId = `skill_01${randomBase58(22)}`
  await storeArchive(skills, files, async (transaction, digest) => {
    const createdAt = skills.nowMs()
    const version = newVersion(skillId, files, digest, createdAt)
    await transaction
      .insertInto('skills')
      .values({
        ...{ id: skillId, workspaceId, name: files.name, displayName: storableText(displayName) },
        ...{ source: 'custom', latestVersionId: version.id, createdAt, updatedAt: createdAt },
      })
      .execute()
    await insertVersion(transaction, version, files)
  })
  return skillId
}

/**
 * Stores a version of a skill; undefined if the workspace has no such skill.
 *
 * @throws CompletionError `invalid-request` for another name than the skill's, or too many versions; as {@link storeSkill}
 */
export async function storeSkillVersion(
  skills: Skills,
  {
    workspaceId,
    skillId,
    name,
  }: { readonly workspaceId: string; readonly skillId: string; readonly name: string },
  files: SkillFiles,
): Promise<SkillVersion | undefined> {
  if (files.name !== name) {
    throw invalidSkill(`SKILL.md: name: every version of this skill has the name "${name}".`)
  }
  const storing = storeArchive(skills, files, async (transaction, digest) => {
    if (!(await lockSkill(transaction, workspaceId, skillId))) throw new SkillGone()
    await refuseMany(transaction, skillId)
    const before = await newestVersion(transaction, skillId)
    const createdAt = Math.max(skills.nowMs(), (before?.createdAt ?? 0) + 1)
    const version = newVersion(skillId, files, digest, createdAt)
    await insertVersion(transaction, version, files)
    await transaction
      .updateTable('skills')
      .set({ latestVersionId: version.id, updatedAt: createdAt })
      .where('id', '=', skillId)
      .execute()
    return version
  })
  return await storing.catch((error: unknown) => {
    if (error instanceof SkillGone) return undefined
    throw error
  })
}

/** It was deleted meanwhile. Rolls the transaction back. */
class SkillGone extends Error {}

async function refuseMany(transaction: Kysely<Database>, skillId: string): Promise<void> {
  const { count } = await transaction
    .selectFrom('skillVersions')
    .select((select) => select.fn.countAll<number | bigint | string>().as('count'))
    .where('skillId', '=', skillId)
    .executeTakeFirstOrThrow()
  if (Number(count) >= MAX_VERSIONS) {
    throw invalidSkill(`A skill has at most ${MAX_VERSIONS} versions: delete some.`)
  }
}

/** Stores the archive of a version and its rows: all, or nothing. */
async function storeArchive<Result>(
  skills: Skills,
  files: SkillFiles,
  keep: (transaction: Kysely<Database>, digest: BlobDigest) => Promise<Result>,
): Promise<Result> {
  const blob = await skills.store.create()
  try {
    for await (const chunk of packArchive(files)) await blob.write(chunk)
    const digest = await blob.end()
    return await keepBlob(skills, blob, digest, async (transaction) => {
      if (!(await addStoredBytes(transaction, digest.sizeBytes, skills.maxTotalBytes)))
        throw new SkillStorageFull()
      return await keep(transaction, digest)
    })
  } finally {
    await blob.discard()
  }
}

function newVersion(
  skillId: string,
  { name, description, directory }: SkillFiles,
  { sha256, sizeBytes }: BlobDigest,
  createdAt: number,
): SkillVersion {
  return {
    ...{ id: `skver_01${randomBase58(22)}`, skillId, name, createdAt },
    // In microseconds.
    version: String(createdAt * 1_000 + randomInt(1_000)),
    description: storableText(description),
    directory: storableText(directory),
    ...{ blobId: sha256, sizeBytes },
  }
}

async function insertVersion(
  transaction: Kysely<Database>,
  version: SkillVersion,
  { instructions }: SkillFiles,
): Promise<void> {
  await transaction
    .insertInto('skillVersions')
    .values({ ...version, instructions: storableText(instructions) })
    .execute()
}
