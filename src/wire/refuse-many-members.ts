import type { Tool } from '../completion/tool.ts'
import type { AssistantPart, UserPart } from '../completion/turn.ts'
import type { JsonObject } from '../util/json-object.ts'
import { invalidRequest } from './body-schema.ts'

/**
 * Most keys and list items of all schemas and inputs of tools in a request. They are written as JSON and copied in one
 * piece, which takes the event loop a microsecond for each; a model's window has room for a few ten thousand.
 */
export const MAX_TOOL_MEMBERS = 100_000

/** The parts of a conversation that contain JSON. */
export interface ConversationJson {
  readonly tools: Iterable<Pick<Tool, 'inputSchema'>>
  /** Of all turns. */
  readonly parts: Iterable<UserPart | AssistantPart>
  readonly outputSchema: JsonObject | null
}

/**
 * Refuses JSON with too many members, however deep they are.
 *
 * @throws CompletionError `invalid-request`
 */
export function refuseManyMembers(conversation: ConversationJson): void {
  let members = 0
  for (const object of objectsOf(conversation)) {
    members += countMembers(object, MAX_TOOL_MEMBERS - members)
    if (members <= MAX_TOOL_MEMBERS) continue
    throw invalidRequest(
      `tools: schemas and inputs of tools should have at most ${MAX_TOOL_MEMBERS} keys and list items together.`,
    )
  }
}

function* objectsOf({ tools, parts, outputSchema }: ConversationJson): Generator<JsonObject> {
  if (outputSchema !== null) yield outputSchema
  for (const { inputSchema } of tools) yield inputSchema
  for (const part of parts) if (part.type === 'tool-call') yield part.input
}

/** @param enough the count ends above it */
function countMembers(object: JsonObject, enough: number): number {
  const waiting: object[] = [object]
  let members = 0
  for (let value = waiting.pop(); value !== undefined && members <= enough; value = waiting.pop()) {
    const values: readonly unknown[] = Array.isArray(value) ? value : Object.values(value)
    members += values.length
    for (const inner of values) if (typeof inner === 'object' && inner !== null) waiting.push(inner)
  }
  return members
}
