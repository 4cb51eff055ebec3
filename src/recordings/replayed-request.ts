import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../completion/completion-request.ts'
import { conversationPrompt } from '../completion/conversation-prompt.ts'
import { type Prompt, rawPrompt, tokenPrompt } from '../completion/prompt.ts'
import type { AssistantPart, ImagePart, TextPart, Turn, UserPart } from '../completion/turn.ts'
import type { RecordedPart, RecordedRequest } from './recorded-request.ts'

/** Enough for most replies, where a recording was written by hand. */
const DEFAULT_MAX_TOKENS = 1_024

/** A recorded request as it can be sent again; null if it holds a picture, of which only the hash is kept. */
export function replayedRequest(request: RecordedRequest): CompletionRequest | null {
  const { model, stopSequences = [], toolChoice, thinkingBudgetTokens, logprobs } = request
  const { maxTokens = DEFAULT_MAX_TOKENS, sampling = { temperature: 1, topP: null, topK: null } } = request
  const prompt = promptOf(request)
  if (prompt === null) return null
  return {
    modelId: model,
    prompt,
    ...{ maxTokens, stopSequences, sampling },
    ...NO_TOOLS_OR_THINKING,
    ...(toolChoice === undefined ? {} : { toolChoice }),
    ...(thinkingBudgetTokens === undefined ? {} : { thinkingBudgetTokens }),
    ...(logprobs === undefined ? {} : { logprobs }),
  }
}

function promptOf(request: RecordedRequest): Prompt | null {
  const { rawText, rawTokens, system = '', prefill = '', turns = [] } = request
  if (rawTokens !== undefined) return tokenPrompt(rawTokens)
  if (rawText !== undefined) return rawPrompt(rawText)
  const hasHiddenImage = turns.some(({ parts }) => parts.some(isHiddenImage))
  if (hasHiddenImage) return null
  return conversationPrompt({
    systemText: system,
    prefill,
    turns: turns.map(({ role, parts }) => ({ role, parts: parts.map(partOf) }) as Turn),
    tools: (request.tools ?? []).map(({ name, description = null, inputSchema, isStrict = false }) => ({
      ...{ name, description, inputSchema, isStrict },
    })),
    isThinkingEnabled: request.isThinkingEnabled ?? false,
    outputSchema: request.outputSchema ?? null,
  })
}

function isHiddenImage(part: RecordedPart): boolean {
  if (part.type === 'tool-result') return part.parts.some(isHiddenImage)
  return part.type === 'image' && part.url === undefined
}

function partOf(part: RecordedPart): UserPart | AssistantPart {
  if (part.type === 'text' || part.type === 'tool-call') return part
  if (part.type === 'image') {
    return { type: 'image', mediaType: part.mediaType ?? null, source: { url: part.url ?? '' } }
  }
  const parts = part.parts.map(partOf) as (TextPart | ImagePart)[]
  return { type: 'tool-result', toolCallId: part.id, parts, isError: part.isError ?? false }
}
