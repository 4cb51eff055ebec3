import type { CompletionRequest } from '../completion/completion-request.ts'
import { HUMAN_MARKER } from '../completion/human-assistant-prompt.ts'
import type { Prompt } from '../completion/prompt.ts'
import type { LogprobsRequest } from '../completion/scored-token.ts'
import type { Tool } from '../completion/tool.ts'
import type { AssistantPart, ImagePart, TextPart, Turn, UserPart } from '../completion/turn.ts'
import type { JsonObject } from '../util/json-object.ts'
import type { ImageHashes } from './image-hashes.ts'

/** A part of a turn as it is recorded. Images are known by their hash, and calls by their place. */
export type RecordedPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly mediaType?: string; readonly sha256?: string; readonly url?: string }
  | { readonly type: 'tool-call'; readonly id: string; readonly name: string; readonly input: JsonObject }
  | {
      readonly type: 'tool-result'
      readonly id: string
      readonly isError?: true
      readonly parts: readonly RecordedPart[]
    }

/** A turn as it is recorded. */
export interface RecordedTurn {
  readonly role: Turn['role']
  readonly parts: readonly RecordedPart[]
}

/** A tool as it is recorded. */
export interface RecordedTool {
  readonly name: string
  readonly description?: string
  readonly inputSchema: JsonObject
  readonly isStrict?: true
}

/**
 * What a request means, whatever API it came by: two requests with the same meaning have the same recording. What has its
 * default is left out.
 */
export interface RecordedRequest {
  readonly model: string
  readonly system?: string
  readonly turns?: readonly RecordedTurn[]
  readonly prefill?: string
  /** Of a prompt in which no turns are read. */
  readonly rawText?: string
  readonly rawTokens?: readonly number[]
  readonly tools?: readonly RecordedTool[]
  readonly toolChoice?: CompletionRequest['toolChoice']
  readonly outputSchema?: JsonObject
  readonly isThinkingEnabled?: true
  readonly thinkingBudgetTokens?: number
  readonly stopSequences?: readonly string[]
  readonly logprobs?: LogprobsRequest
  readonly maxTokens?: number
  readonly sampling?: CompletionRequest['sampling']
}

/** By what parts are known: calls by their place, pictures by their hash. */
interface PartNames {
  readonly ids: Map<string, string>
  readonly hashes: ImageHashes
}

/** A request as it is recorded, before its texts are replaced. */
export function recordedRequestOf(request: CompletionRequest, hashes: ImageHashes): RecordedRequest {
  const { modelId, toolChoice, thinkingBudgetTokens, logprobs, maxTokens, sampling } = request
  const stopSequences = [...new Set(request.stopSequences)].filter((stop) => stop !== HUMAN_MARKER).sort()
  return {
    ...{ model: modelId, maxTokens, sampling },
    ...recordedPromptOf(request.prompt, hashes),
    ...(toolChoice.type === 'auto' ? {} : { toolChoice }),
    ...(thinkingBudgetTokens === null ? {} : { thinkingBudgetTokens }),
    ...(stopSequences.length === 0 ? {} : { stopSequences }),
    ...(logprobs === undefined ? {} : { logprobs }),
  }
}

/** A prompt as it is recorded. */
export function recordedPromptOf(prompt: Prompt, hashes: ImageHashes): Omit<RecordedRequest, 'model'> {
  const { kind, text, tokens, turns, tools, isThinkingEnabled, outputSchema } = prompt
  const shared = {
    ...(tools.length === 0 ? {} : { tools: tools.map(recordedTool) }),
    ...(outputSchema === null ? {} : { outputSchema }),
    ...(isThinkingEnabled ? ({ isThinkingEnabled } as const) : {}),
  }
  if (kind === 'raw')
    return tokens === undefined ? { ...shared, rawText: text } : { ...shared, rawTokens: tokens }
  // The parser of Text Completions removes white space at the ends of texts.
  const [system, prefill] = [prompt.systemText.trim(), prompt.prefill.trim()]
  const names: PartNames = { ids: new Map(), hashes }
  return {
    ...shared,
    ...(system === '' ? {} : { system }),
    ...(prefill === '' ? {} : { prefill }),
    turns: turns.map(({ role, parts }) => ({ role, parts: recordedParts(parts, names) })),
  }
}

function recordedTool({ name, description, inputSchema, isStrict }: Tool): RecordedTool {
  return {
    ...{ name, inputSchema },
    ...(description === null ? {} : { description }),
    ...(isStrict ? ({ isStrict } as const) : {}),
  }
}

/** Adjacent texts are one text. Thinking is no part of what a request means: some APIs do not send it back. */
function recordedParts(parts: readonly (UserPart | AssistantPart)[], names: PartNames): RecordedPart[] {
  const recorded: RecordedPart[] = []
  let texts: string[] = []
  const endText = () => {
    const text = texts.join('').trim()
    if (text !== '') recorded.push({ type: 'text', text })
    texts = []
  }
  for (const part of parts) {
    if (part.type === 'text') texts.push(part.text)
    if (part.type === 'text' || part.type === 'thinking') continue
    endText()
    recorded.push(recordedPart(part, names))
  }
  endText()
  return recorded
}

function recordedPart(
  part: Exclude<UserPart | AssistantPart, TextPart | { readonly type: 'thinking' }>,
  names: PartNames,
): RecordedPart {
  if (part.type === 'image') return recordedImage(part, names.hashes)
  if (part.type === 'tool-call') {
    return { type: 'tool-call', id: placeOf(part.id, names.ids), name: part.name, input: part.input }
  }
  return {
    type: 'tool-result',
    id: placeOf(part.toolCallId, names.ids),
    ...(part.isError ? ({ isError: true } as const) : {}),
    parts: recordedParts(part.parts, names),
  }
}

function recordedImage(image: ImagePart, hashes: ImageHashes): RecordedPart {
  const { mediaType, source } = image
  const place = 'url' in source ? { url: source.url } : { sha256: hashes.get(image) ?? '' }
  return { type: 'image', ...(mediaType === null ? {} : { mediaType }), ...place }
}

/** `call-1` for the first call of a conversation: ids differ from run to run. */
function placeOf(id: string, ids: Map<string, string>): string {
  const known = ids.get(id) ?? `call-${ids.size + 1}`
  ids.set(id, known)
  return known
}
