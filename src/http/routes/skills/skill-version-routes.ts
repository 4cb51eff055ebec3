import type { SkillFiles } from '../../../skills/skill-files.ts'
import {
  deleteSkillVersion,
  listSkillVersions,
  readSkillVersion,
  type SkillVersion,
} from '../../../skills/skill-version.ts'
import { storeSkillVersion } from '../../../skills/store-skill.ts'
import { ApiError } from '../../../wire/api-error.ts'
import { invalidRequest } from '../../../wire/body-schema.ts'
import { skillListBody, skillVersionBody, skillVersionDeletedBody } from '../../../wire/skills/skill-body.ts'
import { readSkillListParams } from '../../../wire/skills/skill-list-params.ts'
import { type ApiResponse, jsonResponse } from '../../api-response.ts'
import type { RoutedRequest } from '../../request-context.ts'
import type { Route } from '../../route.ts'
import { BlobBody } from '../files/blob-body.ts'
import {
  findSkill,
  MAX_NAMED_ID_UNITS,
  type RespondInShape,
  SKILL,
  type SkillRoute,
  type SkillRules,
  type SkillsApi,
  skillNotFound,
} from './skill-route.ts'
import { receiveSkill } from './upload-skill.ts'

const VERSIONS = `${SKILL}/versions`
const VERSION = `${VERSIONS}/:version`

/** The versions of skills. */
export function skillVersionRoutes(
  skills: SkillsApi,
  rules: SkillRules,
  route: (method: Route['method'], pattern: string, respond: RespondInShape) => SkillRoute,
): readonly SkillRoute[] {
  const find = async ({ caller, params }: RoutedRequest): Promise<SkillVersion> => {
    const { skillId = '', version = '' } = params
    const found = await readSkillVersion(skills, caller.workspaceId, skillId, version)
    if (found === undefined) throw versionNotFound(params)
    return found
  }
  return [
    route('POST', VERSIONS, async (context, shape) => {
      const { id: skillId, name } = await findSkill(context, skills)
      const { files } = await receiveSkill(context, shape, rules)
      const { workspaceId } = context.caller
      const named: SkillFiles = rules.lenientSkills ? { ...files, name } : files
      const version = await storeSkillVersion(skills, { workspaceId, skillId, name }, named)
      if (version === undefined) throw skillNotFound(skillId)
      return jsonResponse(skillVersionBody(version, shape))
    }),
    route('GET', VERSIONS, async ({ caller, request, params: { skillId = '' } }, shape) => {
      const page = readSkillListParams(new URLSearchParams(request.query), rules)
      const found = await listSkillVersions(skills, caller.workspaceId, skillId, page)
      if (found === undefined) throw skillNotFound(skillId)
      return jsonResponse(skillListBody(found, (version) => skillVersionBody(version, shape)))
    }),
    route('GET', VERSION, async (context, shape) =>
      jsonResponse(skillVersionBody(await find(context), shape)),
    ),
    route('GET', `${VERSION}/content`, async (context) => contentResponse(await find(context), skills)),
    route('DELETE', VERSION, async ({ caller, params }, shape) => {
      const { skillId = '', version = '' } = params
      const key = { workspaceId: caller.workspaceId, skillId, version }
      const keepsLast = shape === 'current' && !rules.lenientSkills
      const deleted = await deleteSkillVersion(skills, key, { keepsLast })
      if (deleted === 'not-found') throw versionNotFound(params)
      if (deleted === 'last')
        throw invalidRequest('Cannot delete the last version of a skill. Delete the skill instead.')
      return jsonResponse(skillVersionDeletedBody(deleted, shape))
    }),
  ]
}

async function contentResponse(version: SkillVersion, skills: SkillsApi): Promise<ApiResponse> {
  return {
    status: 200,
    headers: {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${version.name}.zip"`,
      'x-content-type-options': 'nosniff',
    },
    body: new BlobBody(await skills.store.open(version.blobId)),
  }
}

function versionNotFound({ skillId = '', version = '' }: RoutedRequest['params']): ApiError {
  const [skill, named] = [skillId.slice(0, MAX_NAMED_ID_UNITS), version.slice(0, MAX_NAMED_ID_UNITS)]
  return new ApiError('skill-not-found', `Version \`${named}\` of skill \`${skill}\` not found.`)
}
