import type { Tool } from '../completion/tool.ts'
import type { AssistantPart, UserPart } from '../completion/turn.ts'
import { isJsonObject, type JsonObject } from '../util/json-object.ts'
import { invalidRequest } from './body-schema.ts'

/**
 * Most keys of all schemas and inputs of tools in a request. They are written as JSON and copied in one piece, which takes
 * the event loop a microsecond for each key; a model's window has room for a few ten thousand.
 */
export const MAX_KEYS_OF_TOOLS = 100_000

/** The parts of a conversation that contain JSON. */
export interface ConversationJson {
  readonly tools: Iterable<Pick<Tool, 'inputSchema'>>
  /** Of all turns. */
  readonly parts: Iterable<UserPart | AssistantPart>
  readonly outputSchema: JsonObject | null
}

/**
 * Refuses JSON with too many keys, however deep they are.
 *
 * @throws CompletionError `invalid-request`
 */
export function refuseManyKeys(conversation: ConversationJson): void {
  let keys = 0
  for (const object of objectsOf(conversation)) {
    keys += countKeys(object, MAX_KEYS_OF_TOOLS - keys)
    if (keys <= MAX_KEYS_OF_TOOLS) continue
    throw invalidRequest(
      `tools: schemas and inputs of tools should have at most ${MAX_KEYS_OF_TOOLS} keys together.`,
    )
  }
}

function* objectsOf({ tools, parts, outputSchema }: ConversationJson): Generator<JsonObject> {
  if (outputSchema !== null) yield outputSchema
  for (const { inputSchema } of tools) yield inputSchema
  for (const part of parts) if (part.type === 'tool-call') yield part.input
}

/** @param enough the count ends above it */
function countKeys(object: JsonObject, enough: number): number {
  const waiting: object[] = [object]
  let keys = 0
  for (let value = waiting.pop(); value !== undefined && keys <= enough; value = waiting.pop()) {
    const members = Object.values(value)
    if (isJsonObject(value)) keys += members.length
    for (const member of members) if (typeof member === 'object' && member !== null) waiting.push(member)
  }
  return keys
}
