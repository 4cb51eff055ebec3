import { expect } from 'vitest'
import {
  type ConformanceCase,
  expectError,
  INVALID_REQUEST,
  type RequestChange,
  type ServerNeeds,
  type ServerUnderTest,
  send,
} from './conformance-case.ts'
import { readEvents } from './read-events.ts'

export const MESSAGES_MODEL = 'claude-opus-4-5-20251101'
export const HI = { role: 'user', content: 'Hi' }

/** A body of `/v1/messages` that is known to be good, changed. */
function messageBody(change: RequestChange): string {
  const fields = { model: MESSAGES_MODEL, max_tokens: 16, messages: [HI], temperature: 0, ...change.body }
  const kept = Object.entries(fields).filter(([name]) => !change.without?.includes(name))
  return JSON.stringify(Object.fromEntries(kept))
}

/** Sends the good message, changed. */
export function sendMessage(server: ServerUnderTest, change: RequestChange = {}): Promise<Response> {
  return send(server, { path: '/v1/messages', rawBody: messageBody(change), ...change })
}

/** Counts the tokens of the good message, changed. */
export function sendCount(server: ServerUnderTest, change: RequestChange = {}): Promise<Response> {
  const without = ['max_tokens', 'temperature', ...(change.without ?? [])]
  const rawBody = messageBody({ ...change, without })
  return send(server, { path: '/v1/messages/count_tokens', rawBody, ...change })
}

/** A message as tests look at it. */
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

/** A message that must have come whole. */
export async function messageOf(response: Response): Promise<SentMessage> {
  const body = (await response.json()) as SentMessage
  expect(response.status, JSON.stringify(body)).toBe(200)
  return body
}

/** The data of every event of a stream that must have begun, but for pings. */
export async function messageEvents(response: Response): Promise<Record<string, unknown>[]> {
  const body = await response.text()
  expect(response.status, body).toBe(200)
  return readEvents(body).flatMap(({ name, data }) => {
    const event = JSON.parse(data) as Record<string, unknown>
    expect(event.type).toBe(name)
    return name === 'ping' ? [] : [event]
  })
}

/** A case that expects a whole message. */
export function messageSuccess(
  number: string,
  title: string,
  change: RequestChange,
  needs: ServerNeeds = {},
): ConformanceCase {
  return {
    number,
    title,
    ...needs,
    check: async (server) => void (await messageOf(await sendMessage(server, change))),
  }
}

/** A case that expects the error envelope with status 400. */
export function messageRefusal(
  number: string,
  title: string,
  change: RequestChange,
  message: string | RegExp,
  needs: ServerNeeds = {},
): ConformanceCase {
  return {
    number,
    title,
    ...needs,
    check: async (server) => expectError(await sendMessage(server, change), 400, INVALID_REQUEST, message),
  }
}
