import { readSkillInstructions } from '../../../skills/skill-version.ts'
import type { FindSkill } from '../../../wire/messages/read-container.ts'
import { describedStateError } from '../../described-state-error.ts'
import type { RoutedRequest } from '../../request-context.ts'
import { HELD_BYTES_PER_BODY_BYTE } from '../../request-memory.ts'

/** Where the skills of messages are found. */
export type SkillsInUse = Parameters<typeof readSkillInstructions>[0]

/** Finds skills of a caller's workspace. What they say is held as if the request had sent it. */
export function findSkillOf(
  skills: SkillsInUse,
  { workspaceId }: RoutedRequest['caller'],
  memory: RoutedRequest['memory'],
): FindSkill {
  return async (skillId, version) => {
    try {
      const found = await readSkillInstructions(skills, workspaceId, skillId, version)
      if (found === undefined) return undefined
      memory.hold(found.instructions.length * HELD_BYTES_PER_BODY_BYTE)
      const { id, name, description, instructions } = found
      return { skillId, version: id, name, description, instructions }
    } catch (error) {
      throw describedStateError(error)
    }
  }
}
