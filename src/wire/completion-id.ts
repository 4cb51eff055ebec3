import { randomBase58, timeBase58 } from '../util/base58.ts'

/** A new id of a completion: `compl_` and 24 characters. */
export function newCompletionId(): string {
  return `compl_01${randomBase58(22)}`
}

/** A new id of a message: `msg_` and 24 characters. */
export function newMessageId(): string {
  return `msg_01${randomBase58(22)}`
}

/** A new id of a call of a tool: `toolu_` and 24 characters. */
export function newToolUseId(): string {
  return `toolu_01${randomBase58(22)}`
}

/** The tool call ids that the API accepts in requests. */
const VALID_ID = /^[a-zA-Z0-9_-]+$/

/** The id of a tool call: the engine's where it is valid, otherwise a new one. */
export function toolUseId(engineId: string | null): string {
  return engineId !== null && VALID_ID.test(engineId) ? engineId : newToolUseId()
}

/** A new id of a completion in the form that OpenAI's clients know. */
export function newChatCompletionId(): string {
  return `chatcmpl-${randomBase58(24)}`
}

/** The same for a completion of a text. */
export function newTextCompletionId(): string {
  return `cmpl-${randomBase58(24)}`
}

/** A new id of a response in OpenAI's newer API. */
export function newResponseId(): string {
  return `resp_${randomBase58(32)}`
}

/** A new id of an item in such a response: a message, a function call, a custom tool's call, or reasoning. */
export function newOutputItemId(prefix: 'msg' | 'fc' | 'ctc' | 'rs'): string {
  return `${prefix}_${randomBase58(32)}`
}

/**
 * A new id of a request: `req_` and 24 characters. It begins with the time, so that rows of requests are added at the end
 * of an index and not all over it.
 */
export function newRequestId(): string {
  return `req_011C${timeBase58(Date.now())}${randomBase58(12)}`
}

/** The `log_id` of the API's first version: 32 hexadecimal digits. */
export function newHexLogId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
