import { asObject, countAt, listAt, objectAt, textAt, writeJson } from '../../../../util/json-value.ts'
import type { OnWarning } from '../../decoding/response-decoder.ts'
import type { DecodedPiece } from '../../decoding/response-events.ts'
import { openAiResponseReader } from '../openai/openai-response-decoder.ts'
import { OPENAI_SERVERS } from '../openai/openai-servers.ts'
import type { ResponseReader } from '../upstream-dialect.ts'
import type { OpenAiChatSettings } from './settings.ts'

/** Reads responses of `/v1/chat/completions`. */
export function openAiChatResponseReader(
  { server }: OpenAiChatSettings,
  onWarning: OnWarning,
): ResponseReader {
  return openAiResponseReader(OPENAI_SERVERS[server], chatPieces, onWarning)
}

/**
 * The pieces in a choice of a streamed chat. Thinking is in `reasoning_content` (SGLang, llama-server, vLLM until 2025),
 * in `reasoning` (vLLM, Ollama), or in both.
 */
function chatPieces(choice: unknown): readonly DecodedPiece[] {
  const delta = objectAt(choice, 'delta')
  const thinking = textAt(delta, 'reasoning_content') || textAt(delta, 'reasoning') || ''
  return [
    { type: 'thinking', text: thinking },
    { type: 'text', text: textAt(delta, 'content') ?? '' },
    ...(listAt(delta, 'tool_calls') ?? []).map(callPiece),
  ]
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
