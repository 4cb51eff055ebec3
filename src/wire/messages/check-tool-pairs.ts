import type { AssistantPart, UserPart } from '../../completion/turn.ts'
import { invalidRequest } from '../body-schema.ts'

/** A part of a turn, and the place of its block in the request. */
export interface PlacedPart {
  readonly part: UserPart | AssistantPart
  /** From zero, as it was sent. */
  readonly messageIndex: number
  /** Within its message. */
  readonly blockIndex: number
}

/**
 * Checks that every tool call has its result in the next turn, and every result its call in the turn before.
 *
 * @param turns alternate between roles
 * @throws CompletionError `invalid-request`
 */
export function checkToolPairs(turns: readonly (readonly PlacedPart[])[]): void {
  const allIds = new Set<string>()
  for (const [index, turn] of turns.entries()) {
    const calls = callsOf(turn)
    for (const { id, messageIndex, blockIndex } of calls) {
      if (allIds.has(id)) {
        throw invalidRequest(
          `messages.${messageIndex}.content.${blockIndex}: \`tool_use\` ids must be unique`,
        )
      }
      allIds.add(id)
    }
    checkResults(turn, new Set(callsOf(turns[index - 1] ?? []).map(({ id }) => id)))
    checkEachHasResult(calls, turns[index + 1] ?? [])
  }
}

function callsOf(turn: readonly PlacedPart[]) {
  return turn.flatMap(({ part, messageIndex, blockIndex }) =>
    part.type === 'tool-call' ? [{ id: part.id, messageIndex, blockIndex }] : [],
  )
}

function checkResults(turn: readonly PlacedPart[], calledIds: ReadonlySet<string>): void {
  const seen = new Set<string>()
  for (const { part, messageIndex, blockIndex } of turn) {
    if (part.type !== 'tool-result') continue
    const { toolCallId: id } = part
    const place = `messages.${messageIndex}.content.${blockIndex}`
    if (!calledIds.has(id)) {
      throw invalidRequest(
        `${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. ` +
          'Each `tool_result` block must have a corresponding `tool_use` block in the previous message.',
      )
    }
    if (seen.has(id)) {
      throw invalidRequest(
        `${place}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
      )
    }
    seen.add(id)
  }
}

function checkEachHasResult(calls: ReturnType<typeof callsOf>, next: readonly PlacedPart[]): void {
  const resultIds = new Set(next.map(({ part }) => (part.type === 'tool-result' ? part.toolCallId : '')))
  const unanswered = calls.filter(({ id }) => !resultIds.has(id))
  const [first] = unanswered
  if (first === undefined) return
  throw invalidRequest(
    `messages.${first.messageIndex}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ` +
      `${unanswered.map(({ id }) => id).join(', ')}. ` +
      'Each `tool_use` block must have a corresponding `tool_result` block in the next message.',
  )
}
