import { expect } from 'vitest'
import {
  type CompletionRoute,
  type ConformanceCase,
  completionOf,
  INVALID_REQUEST,
  type RequestChange,
  refusal,
  type ServerNeeds,
  type ServerUnderTest,
  send,
  success,
} from './conformance-case.ts'
import { readEvents } from './read-events.ts'

export const MESSAGES_MODEL = 'claude-opus-4-5-20251101'
export const HI = { role: 'user', content: 'Hi' }

const FIELDS = { model: MESSAGES_MODEL, max_tokens: 16, messages: [HI], temperature: 0 }
const MESSAGES_ROUTE: CompletionRoute = { path: '/v1/messages', fields: FIELDS }
const COUNT_ROUTE: CompletionRoute = {
  path: '/v1/messages/count_tokens',
  fields: { model: MESSAGES_MODEL, messages: [HI] },
}

/** Sends the valid message, changed. */
export function sendMessage(server: ServerUnderTest, change: RequestChange = {}): Promise<Response> {
  return send(server, change, MESSAGES_ROUTE)
}

/** Counts the tokens of the valid message, changed. */
export function sendCount(server: ServerUnderTest, change: RequestChange = {}): Promise<Response> {
  return send(server, change, COUNT_ROUTE)
}

/** The fields of a message that tests use. */
export interface SentMessage {
  readonly model: string
  readonly id: string
  readonly content: readonly Readonly<Record<string, unknown>>[]
  readonly stop_reason: string
  readonly stop_sequence: string | null
  readonly usage: {
    readonly input_tokens: number
    readonly cache_creation_input_tokens: number
    readonly cache_read_input_tokens: number
    readonly cache_creation: {
      readonly ephemeral_5m_input_tokens: number
      readonly ephemeral_1h_input_tokens: number
    }
    readonly output_tokens: number
  }
  readonly context_management?: { readonly applied_edits: readonly unknown[] }
}

/** A message that was not streamed. */
export function messageOf(response: Response): Promise<SentMessage> {
  return completionOf<SentMessage>(response)
}

/** The data of every event of a stream except pings; the status must be 200. */
export async function messageEvents(response: Response): Promise<Record<string, unknown>[]> {
  const body = await response.text()
  expect(response.status, body).toBe(200)
  return readEvents(body).flatMap(({ name, data }) => {
    const event = JSON.parse(data) as Record<string, unknown>
    expect(event.type).toBe(name)
    return name === 'ping' ? [] : [event]
  })
}

/** A case that expects a message. */
export function messageSuccess(
  number: string,
  title: string,
  change: RequestChange,
  needs?: ServerNeeds,
): ConformanceCase {
  return success(number, title, change, needs, MESSAGES_ROUTE)
}

/** A case that expects the error envelope with status 400. */
export function messageRefusal(
  number: string,
  title: string,
  change: RequestChange,
  message: string | RegExp,
  needs?: ServerNeeds,
): ConformanceCase {
  return refusal(number, title, change, [400, INVALID_REQUEST, message], needs, MESSAGES_ROUTE)
}
