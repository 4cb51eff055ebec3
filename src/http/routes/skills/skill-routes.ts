import { deleteSkill, hasSkillNamed, listSkills, readSkill, type Skills } from '../../../skills/skill.ts'
import { SkillStorageFull, storeSkill } from '../../../skills/store-skill.ts'
import { ApiError } from '../../../wire/api-error.ts'
import { invalidRequest } from '../../../wire/body-schema.ts'
import {
  type SkillShape,
  skillBody,
  skillDeletedBody,
  skillListBody,
} from '../../../wire/skills/skill-body.ts'
import { readSkillListParams } from '../../../wire/skills/skill-list-params.ts'
import { readDisplayName } from '../../../wire/skills/skill-params.ts'
import { type ApiResponse, jsonResponse } from '../../api-response.ts'
import { describedStateError } from '../../described-state-error.ts'
import { readApiHeaders } from '../../read-api-headers.ts'
import type { RoutedRequest } from '../../request-context.ts'
import type { Route } from '../../route.ts'
import {
  findSkill,
  type RespondInShape,
  SKILL,
  SKILLS,
  type SkillRoute,
  type SkillRules,
  type SkillsApi,
  skillNotFound,
} from './skill-route.ts'
import { skillVersionRoutes } from './skill-version-routes.ts'
import { receiveSkill } from './upload-skill.ts'

/** Its clients expect the older shape; those without it, in either namespace, expect the current one. */
const SKILLS_BETA = 'skills-2025-10-02'

/** The Skills API. */
export function skillRoutes(skills: SkillsApi, rules: SkillRules): readonly SkillRoute[] {
  const route = (method: Route['method'], pattern: string, respond: RespondInShape): SkillRoute => ({
    method,
    pattern,
    async handler(context: RoutedRequest) {
      const { betas } = readApiHeaders(context.request.headers, rules)
      try {
        await skills.prepare()
        return await respond(context, betas.has(SKILLS_BETA) ? 'beta' : 'current')
      } catch (error) {
        if (error instanceof SkillStorageFull) throw storageFull(skills)
        throw describedStateError(error)
      }
    },
  })
  return [
    route('POST', SKILLS, (context, shape) => createSkill(context, shape, skills, rules)),
    route('GET', SKILLS, async ({ caller, request }, shape) => {
      const params = readSkillListParams(new URLSearchParams(request.query), rules)
      const found = params.isEmpty ? NO_SKILLS : await listSkills(skills, caller.workspaceId, params)
      return jsonResponse(skillListBody(found, (skill) => skillBody(skill, shape)))
    }),
    route('GET', SKILL, async (context, shape) =>
      jsonResponse(skillBody(await findSkill(context, skills), shape)),
    ),
    route('DELETE', SKILL, async ({ caller, params: { skillId = '' } }, shape) => {
      const needsNoVersions = shape === 'beta' && !rules.lenientSkills
      const outcome = await deleteSkill(skills, caller.workspaceId, skillId, { needsNoVersions })
      if (outcome === 'deleted') return jsonResponse(skillDeletedBody(skillId))
      if (outcome === 'not-found') throw skillNotFound(skillId)
      throw invalidRequest('Cannot delete skill with existing versions. Delete all versions first.')
    }),
    ...skillVersionRoutes(skills, rules, route),
  ]
}

const NO_SKILLS = { rows: [], nextPage: null }

async function createSkill(
  context: RoutedRequest,
  shape: SkillShape,
  skills: SkillsApi,
  rules: SkillRules,
): Promise<ApiResponse> {
  const { workspaceId } = context.caller
  const { files, fields } = await receiveSkill(context, shape, rules)
  const displayName = readDisplayName(fields, shape)
  const mustBeNew = shape === 'beta' && displayName !== null && !rules.lenientSkills
  if (mustBeNew && (await hasSkillNamed(skills, workspaceId, displayName))) {
    throw invalidRequest(`Skill cannot reuse an existing display_title: ${displayName}`)
  }
  const id = await storeSkill(skills, { workspaceId, displayName: displayName ?? files.name }, files)
  const skill = await readSkill(skills, workspaceId, id)
  if (skill === undefined) throw skillNotFound(id)
  return jsonResponse(skillBody(skill, shape))
}

function storageFull({ maxTotalBytes }: Skills): ApiError {
  return new ApiError(
    'storage-quota-exceeded',
    `The files and skills of this organization take ${maxTotalBytes} bytes at most (files.maxTotalBytes): delete some.`,
  )
}
