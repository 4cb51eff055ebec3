import { randomBase58 } from '../../util/base58.ts'
import { timeBody } from '../admin/list-body.ts'
import type { UsedSkill } from './read-container.ts'

/** Clients may send the id again within this time, with the skills. */
const CONTAINER_TTL_MS = 60 * 60_000

/**
 * `container` of a message that uses skills. There is no container: its id is what clients expect to find, and send back.
 *
 * @see the API's reference, "Messages": `container`
 */
export function containerBody(skills: readonly UsedSkill[] | null, nowMs: number): object | null {
  if (skills === null) return null
  return {
    id: `container_01${randomBase58(22)}`,
    expires_at: timeBody(nowMs + CONTAINER_TTL_MS),
    skills: skills.map(({ skillId, version }) => ({ skill_id: skillId, type: 'custom', version })),
  }
}
