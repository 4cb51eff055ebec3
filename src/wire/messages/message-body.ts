import { type CollectedPart, collectCompletion } from '../../completion/collected-completion.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import { REDACTED_THINKING_PREFIX } from '../../completion/turn.ts'
import { toolUseId } from '../completion-id.ts'
import { contextManagement } from './context-management.ts'
import type { MessageOptions } from './message-options.ts'
import { messageStopReason } from './message-stop-reason.ts'
import { messageUsage } from './message-usage.ts'
import { readToolInput } from './read-tool-input.ts'

/**
 * A message without streaming, with the keys in the real API's order.
 *
 * @see the API's reference, "Messages": the response
 */
export function messageBody(options: MessageOptions, events: readonly CompletionEvent[]): object {
  const { parts, promptTokens, completionTokens, end } = collectCompletion(events)
  return {
    model: options.modelId,
    id: options.id,
    type: 'message',
    role: 'assistant',
    content: parts.map((part) => contentBlock(part, options)),
    stop_reason: end === null ? null : messageStopReason(end.stopReason, options.knowsFullWindow),
    stop_sequence: end?.stopSequence ?? null,
    usage: messageUsage(options.inputUsageOf(promptTokens ?? 0), completionTokens, options.serviceTier),
    ...contextManagement(options.appliedEdits),
  }
}

function contentBlock(part: CollectedPart, { sign }: MessageOptions): object {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text }
    case 'thinking':
      if (part.signature?.startsWith(REDACTED_THINKING_PREFIX)) return redactedBlock(part.signature)
      return { type: 'thinking', thinking: part.text, signature: part.signature ?? sign(part.text) }
    case 'tool-call':
      return { type: 'tool_use', id: toolUseId(part.id), name: part.name, input: readToolInput(part.json) }
  }
}

/** @param signature with {@link REDACTED_THINKING_PREFIX} */
export function redactedBlock(signature: string): object {
  return { type: 'redacted_thinking', data: signature.slice(REDACTED_THINKING_PREFIX.length) }
}
