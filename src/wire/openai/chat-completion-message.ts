import type { CollectedPart, CollectedToolCall } from '../../completion/collected-completion.ts'
import { newToolUseId } from '../completion-id.ts'

/** `message` of a choice. */
export interface ChatCompletionMessage {
  readonly role: 'assistant'
  readonly content: string | null
  readonly refusal: null
  /** Not OpenAI's: the field in which most servers of open models return thinking. */
  readonly reasoning_content?: string
  readonly tool_calls?: readonly object[]
  readonly function_call?: object
}

/** The parts of a reply as one message. `content` is null if there are only tool calls. */
export function chatCompletionMessage(
  parts: readonly CollectedPart[],
  usesFunctions: boolean,
): ChatCompletionMessage {
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
  const thinking = parts.flatMap((part) => (part.type === 'thinking' ? [part.text] : []))
  const calls = parts.filter((part) => part.type === 'tool-call')
  const content = texts.length === 0 && calls.length > 0 ? null : texts.join('')
  return {
    role: 'assistant',
    content,
    refusal: null,
    ...(thinking.length === 0 ? {} : { reasoning_content: thinking.join('') }),
    ...callFields(calls, usesFunctions),
  }
}

function callFields(calls: readonly CollectedToolCall[], usesFunctions: boolean) {
  const [first] = calls
  if (first === undefined) return {}
  if (usesFunctions) return { function_call: calledFunction(first) }
  return { tool_calls: calls.map(toolCall) }
}

function toolCall(call: CollectedToolCall): object {
  return { id: call.id ?? newToolUseId(), type: 'function', function: calledFunction(call) }
}

/** Clients parse the arguments, which are therefore never empty. */
function calledFunction({ name, json }: CollectedToolCall): object {
  return { name, arguments: json === '' ? '{}' : json }
}
