import { createHash } from 'node:crypto'
import type { CompletionEvent } from '../../../../completion/completion-event.ts'
import type { CompletionRequest } from '../../../../completion/completion-request.ts'
import type { Prompt } from '../../../../completion/prompt.ts'
import type { Turn } from '../../../../completion/turn.ts'
import type { ResponseDecoder } from '../../decoding/response-decoder.ts'

/** What OpenAI's API and others of its style take; the Claude API takes 128, and clients that prefix names use them. */
const MAX_NAME_CHARACTERS = 64
const DIGEST_CHARACTERS = 8

/** The name that an upstream is sent for a tool: the same in every request, so that its prefix cache finds it again. */
export function shortToolName(name: string): string {
  if (name.length <= MAX_NAME_CHARACTERS) return name
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_CHARACTERS)
  return `${name.slice(0, MAX_NAME_CHARACTERS - DIGEST_CHARACTERS - 1)}_${digest}`
}

/** A prompt whose tools and calls have short names; the same prompt where they have them already. */
export function withShortToolNames(prompt: Prompt): Prompt {
  const isLong = ({ name }: { readonly name: string }) => name.length > MAX_NAME_CHARACTERS
  const hasLongCall = prompt.turns.some(({ parts }) =>
    parts.some((part) => part.type === 'tool-call' && isLong(part)),
  )
  if (!hasLongCall && !prompt.tools.some(isLong)) return prompt
  const tools = prompt.tools.map((tool) => ({ ...tool, name: shortToolName(tool.name) }))
  return { ...prompt, tools, turns: prompt.turns.map(shortTurn) }
}

/** A request for an upstream, with short names; the same request where it has them already. */
export function requestWithShortToolNames(request: CompletionRequest): CompletionRequest {
  const prompt = withShortToolNames(request.prompt)
  if (prompt === request.prompt) return request
  const { toolChoice } = request
  const choice =
    toolChoice.type === 'tool' ? { ...toolChoice, name: shortToolName(toolChoice.name) } : toolChoice
  return { ...request, prompt, toolChoice: choice }
}

/**
 * Gives the calls of a response the whole names of their tools.
 *
 * @param request with the whole names
 * @param decode makes the decoder, for the request as it was sent
 */
export function decoderWithWholeToolNames(
  request: CompletionRequest,
  decode: (sent: CompletionRequest) => ResponseDecoder,
): ResponseDecoder {
  const sent = requestWithShortToolNames(request)
  const decoder = decode(sent)
  if (sent === request) return decoder
  const names = new Map(request.prompt.tools.map(({ name }) => [shortToolName(name), name]))
  const whole = (event: CompletionEvent): CompletionEvent =>
    event.type === 'tool-call-start' ? { ...event, name: names.get(event.name) ?? event.name } : event
  return {
    read: (event) => decoder.read(event).map(whole),
    end: () => decoder.end().map(whole),
    get isEndedEarly() {
      return decoder.isEndedEarly
    },
  }
}

function shortTurn(turn: Turn): Turn {
  if (turn.role === 'user') return turn
  const parts = turn.parts.map((part) =>
    part.type === 'tool-call' ? { ...part, name: shortToolName(part.name) } : part,
  )
  return { ...turn, parts }
}
