import {
  type CollectedPart,
  type CollectedText,
  type CollectedThinking,
  collectCompletion,
} from '../../completion/collected-completion.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import { REDACTED_THINKING_PREFIX } from '../../completion/turn.ts'
import { toolUseId } from '../completion-id.ts'
import { citationBody } from './citation-body.ts'
import { contextManagement } from './context-management.ts'
import type { MessageOptions } from './message-options.ts'
import { messageStopReason } from './message-stop-reason.ts'
import { messageUsage } from './message-usage.ts'
import { NEWEST_START_FIELDS, newestUsageFields, stopDetails } from './newest-fields.ts'
import { readToolInput } from './read-tool-input.ts'

/**
 * A message without streaming, with the keys in the real API's order.
 *
 * @see the API's reference, "Messages": the response
 */
export function messageBody(options: MessageOptions, events: readonly CompletionEvent[]): object {
  const { parts, promptTokens, completionTokens, thinkingTokens, end } = collectCompletion(events)
  const { newest = null } = options
  const stopReason = end === null ? null : messageStopReason(end.stopReason, options.knowsFullWindow)
  const usage = messageUsage(options.inputUsageOf(promptTokens ?? 0), completionTokens, options.serviceTier)
  return {
    model: options.modelId,
    id: options.id,
    type: 'message',
    role: 'assistant',
    content: parts.map((part) => contentBlock(part, options)),
    stop_reason: stopReason,
    stop_sequence: end?.stopSequence ?? null,
    usage: newest === null ? usage : { ...usage, ...newestUsageFields(newest, thinkingTokens) },
    ...(newest === null ? {} : { ...NEWEST_START_FIELDS, stop_details: stopDetails(stopReason) }),
    ...(options.container ? { container: options.container } : {}),
    ...contextManagement(options.appliedEdits),
  }
}

function contentBlock(part: CollectedPart, options: MessageOptions): object {
  switch (part.type) {
    case 'text':
      return textBlock(part, options)
    case 'thinking':
      if (part.signature?.startsWith(REDACTED_THINKING_PREFIX)) return redactedBlock(part.signature)
      return thinkingBlock(part, options)
    case 'tool-call': {
      const input = readToolInput(part.json)
      return {
        type: 'tool_use',
        id: toolUseId(part.id),
        name: part.name,
        input,
        ...toolset(part.name, options),
      }
    }
  }
}

function textBlock({ text, citations }: CollectedText, { documentFileIds = [] }: MessageOptions): object {
  if (citations === undefined) return { type: 'text', text }
  return {
    type: 'text',
    text,
    citations: citations.map((citation) => citationBody(citation, documentFileIds)),
  }
}

function thinkingBlock({ text, signature }: CollectedThinking, options: MessageOptions): object {
  const thinking = options.omitsThinking === true ? '' : text
  return { type: 'thinking', thinking, signature: signature ?? options.sign(thinking) }
}

/** `toolset_name` of a call, if its tool belongs to a toolset. */
export function toolset(toolName: string, { toolsetOf }: MessageOptions): object {
  const name = toolsetOf?.(toolName)
  return name === undefined ? {} : { toolset_name: name }
}

/** @param signature with {@link REDACTED_THINKING_PREFIX} */
export function redactedBlock(signature: string): object {
  return { type: 'redacted_thinking', data: signature.slice(REDACTED_THINKING_PREFIX.length) }
}
