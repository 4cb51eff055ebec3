import { isJsonObject } from '../../../../util/json-object.ts'
import { asObject, countAt, listAt, objectAt, textAt, writeJson } from '../../../../util/json-value.ts'
import type { OnWarning } from '../../decoding/response-decoder.ts'
import type { DecodedPiece } from '../../decoding/response-events.ts'
import { openAiResponseReader } from '../openai/openai-response-decoder.ts'
import { OPENAI_SERVERS } from '../openai/openai-servers.ts'
import type { ResponseReader } from '../upstream-dialect.ts'
import type { OpenAiChatSettings } from './settings.ts'
import { decoderWithWholeToolNames } from './short-tool-names.ts'

/** Reads responses of `/v1/chat/completions`. */
export function openAiChatResponseReader(
  { server }: OpenAiChatSettings,
  onWarning: OnWarning,
): ResponseReader {
  const reader = openAiResponseReader(OPENAI_SERVERS[server], chatPieces, onWarning)
  return {
    ...reader,
    // Ollama does so for models with a template of their own, Mistral always.
    mayEchoPrefill: ['final-message', 'prefix'].includes(OPENAI_SERVERS[server].prefill),
    decoder: (request, origin) => decoderWithWholeToolNames(request, (sent) => reader.decoder(sent, origin)),
  }
}

/**
 * The pieces in a choice of a streamed chat. Thinking is in `reasoning_content` (SGLang, llama-server, vLLM until 2025),
 * in `reasoning` (vLLM, Ollama), in `reasoning_details` (OpenRouter), or in several of them; in a list of parts it is
 * among the content (Mistral).
 */
function chatPieces(choice: unknown): readonly DecodedPiece[] {
  const delta = objectAt(choice, 'delta')
  if (delta === undefined) return []
  const thinking =
    textOf(delta.reasoning_content) ||
    textOf(delta.reasoning) ||
    textOf(delta.reasoning_details) ||
    textOf(delta.thinking)
  const calls = (listAt(delta, 'tool_calls') ?? []).map(callPiece)
  return [
    { type: 'thinking', text: thinking },
    ...contentPieces(delta.content),
    { type: 'text', text: textOf(delta.refusal), isRefusal: true },
    ...calls,
    ...(calls.length === 0 && isJsonObject(delta.function_call)
      ? [callPiece({ function: delta.function_call })]
      : []),
  ]
}

function contentPieces(content: unknown): DecodedPiece[] {
  if (!Array.isArray(content)) return [{ type: 'text', text: textOf(content) }]
  return content.map((part: unknown) => {
    const type = textAt(part, 'type') ?? 'text'
    if (/thinking|reasoning/.test(type)) return { type: 'thinking', text: textOf(part) }
    return { type: 'text', text: textOf(part), isRefusal: type === 'refusal' }
  })
}

/** The names that parts have for their text. */
const TEXT_KEYS = ['text', 'thinking', 'content', 'refusal', 'summary']

/** A text, or the joined texts of a part or a list of parts. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.map(textOf).join('')
  if (!isJsonObject(value)) return ''
  const key = TEXT_KEYS.find((name) => value[name] !== undefined && value[name] !== null)
  return key === undefined ? '' : textOf(value[key])
}

function callPiece(call: unknown): DecodedPiece {
  const called = objectAt(call, 'function')
  // An object in place of a string, as in Ollama's own API.
  const whole = asObject(called?.arguments)
  return {
    type: 'tool-call',
    index: countAt(call, 'index') ?? null,
    id: textAt(call, 'id') || null,
    name: textAt(called, 'name') ?? '',
    json: whole === undefined ? (textAt(called, 'arguments') ?? '') : writeJson(whole),
    isEnd: false,
  }
}
