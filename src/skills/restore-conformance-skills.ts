import { DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { Skills } from './skill.ts'

/** A skill that test suites take for granted, and its version. */
export interface ConformanceSkill {
  readonly id: string
  readonly version: string
}

/** Puts a skill and its version back, without files. */
export async function restoreConformanceSkill(
  { state: { db }, nowMs }: Skills,
  { id, version }: ConformanceSkill,
): Promise<void> {
  const createdAt = nowMs()
  await db
    .insertInto('skills')
    .values({
      ...{ id, workspaceId: DEFAULT_WORKSPACE_ID, name: 'skill', displayName: 'skill', source: 'custom' },
      ...{ latestVersionId: version, createdAt, updatedAt: createdAt },
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ latestVersionId: version }))
    .execute()
  await db
    .insertInto('skillVersions')
    .values({
      ...{ id: version, skillId: id, version, name: 'skill', description: 'A skill of the test suites.' },
      ...{ directory: 'skill', blobId: '', sizeBytes: 0, createdAt, instructions: '' },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
