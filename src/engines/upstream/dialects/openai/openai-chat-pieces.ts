import { asObject, countAt, listAt, objectAt, textAt } from '../../../../util/json-value.ts'
import type { AnswerPiece } from '../../decoding/response-events.ts'

/**
 * What a choice of a streamed chat adds. Thoughts stand in `reasoning_content` (SGLang, llama-server, vLLM until 2025),
 * in `reasoning` (vLLM, Ollama), or in both.
 */
export function chatPieces(choice: unknown): readonly AnswerPiece[] {
  const delta = objectAt(choice, 'delta')
  const thought = textAt(delta, 'reasoning_content') || textAt(delta, 'reasoning') || ''
  return [
    { type: 'thought', text: thought },
    { type: 'text', text: textAt(delta, 'content') ?? '' },
    ...(listAt(delta, 'tool_calls') ?? []).map(callPiece),
  ]
}

function callPiece(call: unknown): AnswerPiece {
  const called = objectAt(call, 'function')
  // An object where a text should be, as in Ollama's own API.
  const whole = asObject(called?.arguments)
  return {
    type: 'tool-call',
    index: countAt(call, 'index') ?? null,
    id: textAt(call, 'id') || null,
    name: textAt(called, 'name') ?? '',
    json: whole === undefined ? (textAt(called, 'arguments') ?? '') : JSON.stringify(whole),
    isEnd: false,
  }
}
