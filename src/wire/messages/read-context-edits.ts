import * as z from 'zod'
import type { ContextEdit } from '../../conversation/context-edit.ts'
import {
  boolean,
  checkBody,
  count,
  dictionary,
  invalidRequest,
  list,
  listOf,
  MAX_TOOLS,
  oneOf,
  positiveCount,
  string,
} from '../body-schema.ts'
import type { MessagesRules } from './block-context.ts'
import { typeOf } from './type-of.ts'

/** One edit of each kind that the API knows. */
const MAX_EDITS = 3

const MANAGEMENT = z
  .strictObject(
    { edits: list.max(MAX_EDITS, `List should have at most ${MAX_EDITS} items`).optional() },
    { error: dictionary },
  )
  .nullable()

const inputTokens = z.strictObject({ type: oneOf(['input_tokens']), value: count }, { error: dictionary })
const toolUses = z.strictObject({ type: oneOf(['tool_uses']), value: count }, { error: dictionary })

const EDITS = {
  clear_tool_uses_20250919: z.strictObject({
    type: z.literal('clear_tool_uses_20250919'),
    trigger: z
      .strictObject(
        { type: oneOf(['input_tokens', 'tool_uses']), value: positiveCount },
        { error: dictionary },
      )
      .nullable()
      .optional(),
    keep: toolUses.nullable().optional(),
    clear_at_least: inputTokens.nullable().optional(),
    exclude_tools: listOf(string, MAX_TOOLS).nullable().optional(),
    clear_tool_inputs: z
      .union([boolean, listOf(string, MAX_TOOLS)])
      .nullable()
      .optional(),
  }),
  clear_thinking_20251015: z.strictObject({
    type: z.literal('clear_thinking_20251015'),
    keep: z
      .union([
        z.literal('all'),
        z.strictObject({ type: z.literal('all') }),
        z.strictObject({ type: z.literal('thinking_turns'), value: positiveCount }),
      ])
      .optional(),
  }),
}

type EditOf<Type extends keyof typeof EDITS> = z.infer<(typeof EDITS)[Type]>

/**
 * Reads `context_management`; null when it was not sent.
 *
 * @throws CompletionError `invalid-request`
 * @see the API's guide on context editing
 */
export function readContextEdits(
  value: unknown,
  isThinkingEnabled: boolean,
  { strictRequests }: Pick<MessagesRules, 'strictRequests'>,
): readonly ContextEdit[] | null {
  if (value === undefined) return null
  const edits = checkBody(value, MANAGEMENT, 'context_management')?.edits
  if (edits === undefined) return null
  return edits.flatMap((value, index) => {
    const edit = readEdit(value, index)
    if (edit.type !== 'clear-thinking' || isThinkingEnabled) return [edit]
    // Without thinking there is nothing to clear; clients that switch thinking off send the edit still.
    if (!strictRequests) return []
    throw invalidRequest(
      `context_management.edits.${index}: \`clear_thinking_20251015\` strategy requires \`thinking\` to be enabled`,
    )
  })
}

function readEdit(value: unknown, index: number): ContextEdit {
  const place = `context_management.edits.${index}`
  const type = typeOf(
    value,
    ['clear_tool_uses_20250919', 'clear_thinking_20251015', 'compact_20260112'],
    place,
  )
  // Accepted without effect, it would leave a client without the summary that it counts on.
  if (type === 'compact_20260112') {
    throw invalidRequest(
      `${place}: \`compact_20260112\` is not supported by this server, which does not summarize conversations: leave the edit out, and shorten the conversation in the client or with \`clear_tool_uses_20250919\``,
    )
  }
  const edit = checkBody(value, EDITS[type], `${place}.${type}`)
  if (edit.type === 'clear_tool_uses_20250919') return clearToolUses(edit)
  if (index > 0) throw invalidRequest(`${place}: \`${type}\` must be the first of the edits`)
  return { type: 'clear-thinking', keptTurns: keptTurns(edit) }
}

/** @see the API's guide on context editing: defaults */
function clearToolUses(edit: EditOf<'clear_tool_uses_20250919'>): ContextEdit {
  const { trigger, keep, clear_at_least: atLeast, exclude_tools: keptTools, clear_tool_inputs: inputs } = edit
  const value = trigger?.value ?? 100_000
  return {
    type: 'clear-tool-uses',
    trigger: trigger?.type === 'tool_uses' ? { toolUses: value } : { inputTokens: value },
    keptToolUses: keep?.value ?? 3,
    minClearedTokens: atLeast?.value ?? 0,
    keptTools: new Set(keptTools ?? []),
    clearsInputs: Array.isArray(inputs) ? new Set(inputs) : (inputs ?? false),
  }
}

function keptTurns({ keep }: EditOf<'clear_thinking_20251015'>): number {
  if (keep === undefined) return 1
  return typeof keep === 'object' && keep.type === 'thinking_turns' ? keep.value : Number.POSITIVE_INFINITY
}
