import * as z from 'zod'
import { checkBody, invalidRequest, list, oneOf, string } from '../body-schema.ts'
import type { MessagesRules } from './block-context.ts'

/** Most skills of a message. @see the API's reference, "Messages": `container.skills` */
const MAX_SKILLS = 20
const MAX_NAME_UNITS = 200

const CONTAINER = z.strictObject(
  {
    id: string.nullable().optional(),
    skills: list.max(MAX_SKILLS, `List should have at most ${MAX_SKILLS} items`).nullable().optional(),
  },
  { error: 'Input should be a valid dictionary' },
)
const SKILL = z.strictObject(
  {
    type: oneOf(['custom', 'anthropic']),
    skill_id: string.min(1, 'String should have at least 1 character'),
    version: string.min(1, 'String should have at least 1 character').optional(),
  },
  { error: 'Input should be a valid dictionary' },
)

/** A version of a skill, and what a model is to do with it. */
export interface UsedSkill {
  readonly skillId: string
  /** The version's id. */
  readonly version: string
  readonly name: string
  readonly description: string
  readonly instructions: string
}

/** Finds a skill of the caller's workspace. @param version an id, a number, or `latest` */
export type FindSkill = (skillId: string, version: string) => Promise<UsedSkill | undefined>

/**
 * Reads `container`: the skills that a message uses. Null where it uses none.
 *
 * @param findSkill left out on a server whose messages cannot use skills
 * @throws CompletionError `invalid-request`
 */
export async function readContainer(
  value: unknown,
  rules: MessagesRules,
  findSkill: FindSkill | undefined,
): Promise<readonly UsedSkill[] | null> {
  if (value === undefined || value === null || rules.ignoreServerTools) return null
  if (findSkill === undefined) {
    throw invalidRequest('container: Code execution containers and Skills cannot be run on this server.')
  }
  const skills = typeof value === 'string' ? [] : (checkBody(value, CONTAINER, 'container').skills ?? [])
  if (skills.length === 0) {
    throw invalidRequest(
      'container: Code execution containers cannot be run on this server. Name the skills to use in container.skills.',
    )
  }
  const used: UsedSkill[] = []
  for (const [index, skill] of skills.entries()) used.push(await readSkill(skill, index, findSkill))
  return used
}

async function readSkill(value: unknown, index: number, findSkill: FindSkill): Promise<UsedSkill> {
  const place = `container.skills.${index}`
  const { type, skill_id: skillId, version = 'latest' } = checkBody(value, SKILL, place)
  const found = type === 'custom' ? await findSkill(skillId, version) : undefined
  if (found !== undefined) return found
  const named = `skill '${skillId.slice(0, MAX_NAME_UNITS)}', version '${version.slice(0, MAX_NAME_UNITS)}'`
  const reason = type === 'custom' ? 'not found' : 'is not available on this server'
  throw invalidRequest(`${place}: ${named}: ${reason}.`)
}

/** Skills as a part of the system prompt. */
export function skillsText(skills: readonly UsedSkill[]): string {
  const texts = skills.map(
    ({ name, description, instructions }) =>
      `<skill>\n<name>${name}</name>\n<description>${description}</description>\n` +
      `<instructions>\n${instructions}\n</instructions>\n</skill>\n`,
  )
  return (
    '<skills>\nFollow the instructions of a skill where its description fits what is asked. ' +
    `Its files cannot be read, and no code can be run.\n${texts.join('')}</skills>`
  )
}

/** Whether a tool is one that runs the code of skills, which clients send beside them. */
export function runsCode(toolType: string): boolean {
  return toolType.startsWith('code_execution_')
}
