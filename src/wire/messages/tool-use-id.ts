import { newToolUseId } from '../completion-id.ts'

/** What the API accepts for an id when it is sent back. */
const VALID_ID = /^[a-zA-Z0-9_-]+$/

/** The id of a call: the engine's own where it can be one, else a new one. */
export function toolUseId(engineId: string | null): string {
  return engineId !== null && VALID_ID.test(engineId) ? engineId : newToolUseId()
}
