import { readSkill, type Skill, type Skills } from '../../../skills/skill.ts'
import { ApiError } from '../../../wire/api-error.ts'
import type { ApiRules } from '../../../wire/api-rules.ts'
import type { SkillShape } from '../../../wire/skills/skill-body.ts'
import type { ApiResponse } from '../../api-response.ts'
import type { RoutedRequest } from '../../request-context.ts'
import type { Route } from '../../route.ts'

/** Skills, as routes need them. */
export interface SkillsApi extends Skills {
  /** Called before each request. */
  readonly prepare: () => Promise<void>
}

export type SkillRules = Pick<ApiRules, 'refuseUnknownBetas' | 'lenientPaging' | 'lenientSkills'>

/** Responds to a request whose client expects one shape. */
export type RespondInShape = (context: RoutedRequest, shape: SkillShape) => Promise<ApiResponse>
export type SkillRoute = Pick<Route, 'method' | 'pattern' | 'handler'>

export const SKILLS = '/v1/skills'
export const SKILL = `${SKILLS}/:skillId`
/** How much of an id an error repeats. */
export const MAX_NAMED_ID_UNITS = 200

/** @throws ApiError `skill-not-found` */
export async function findSkill(
  { caller, params: { skillId = '' } }: RoutedRequest,
  skills: Skills,
): Promise<Skill> {
  const skill = await readSkill(skills, caller.workspaceId, skillId)
  if (skill === undefined) throw skillNotFound(skillId)
  return skill
}

export function skillNotFound(id: string): ApiError {
  return new ApiError('skill-not-found', `Skill \`${id.slice(0, MAX_NAMED_ID_UNITS)}\` not found.`)
}
