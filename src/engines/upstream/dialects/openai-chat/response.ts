import { asObject, countAt, listAt, objectAt, textAt, writeJson } from '../../../../util/json-value.ts'
import type { DecodedPiece } from '../../decoding/response-events.ts'

/**
 * What a choice of a streamed chat adds. Thoughts stand in `reasoning_content` (SGLang, llama-server, vLLM until 2025),
 * in `reasoning` (vLLM, Ollama), or in both.
 */
export function chatPieces(choice: unknown): readonly DecodedPiece[] {
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
  // An object where a text should be, as in Ollama's own API.
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
