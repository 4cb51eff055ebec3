import type { Skill } from '../../skills/skill.ts'
import type { SkillVersion } from '../../skills/skill-version.ts'
import { timeBody } from '../admin/list-body.ts'

/** The shape that clients expect: the current one, or that of the beta. */
export type SkillShape = 'current' | 'beta'

/** @see the API's reference, "Get Skill" */
export function skillBody(skill: Skill, shape: SkillShape): object {
  const times = { created_at: timeBody(skill.createdAt), updated_at: timeBody(skill.updatedAt) }
  if (shape === 'beta') {
    return {
      id: skill.id,
      type: 'skill',
      display_title: skill.displayName,
      source: 'custom',
      latest_version: skill.latestVersion,
      ...times,
    }
  }
  return {
    type: 'skill',
    id: skill.id,
    display_name: skill.displayName,
    latest_version_id: skill.latestVersionId,
    source: { type: 'custom' },
    ...times,
  }
}

/** @see the API's reference, "Get Skill Version" */
export function skillVersionBody(found: SkillVersion, shape: SkillShape): object {
  const { id, skillId, version, name, description, directory, createdAt } = found
  const described = { name, description, skill_id: skillId, created_at: timeBody(createdAt) }
  return shape === 'beta'
    ? { id, type: 'skill_version', version, directory, ...described }
    : { type: 'skill_version', id, ...described }
}

/** @see the API's reference, "Delete Skill" */
export function skillDeletedBody(id: string): object {
  return { id, type: 'skill_deleted' }
}

/** @see the API's reference, "Delete Skill Version". The beta names the version by its number. */
export function skillVersionDeletedBody({ id, version }: SkillVersion, shape: SkillShape): object {
  return { id: shape === 'beta' ? version : id, type: 'skill_version_deleted' }
}

/** A page of skills, or of versions. */
export function skillListBody<Row>(
  { rows, nextPage }: { readonly rows: readonly Row[]; readonly nextPage: string | null },
  body: (row: Row) => object,
): object {
  return { data: rows.map(body), has_more: nextPage !== null, next_page: nextPage }
}
