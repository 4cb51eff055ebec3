import type { Answer, PiecewiseBody } from './answer.ts'
import type { ApiRequest } from './api-request.ts'
import { targetOf } from './request-target.ts'

/** What a request is answered with whose caller has left. */
const CANCELLED_STATUS = 499

/** Makes a `fetch` of what answers requests: with no port, and no network between. */
export function fetchFrom(answer: (request: ApiRequest) => Promise<Answer>) {
  return async function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = init === undefined && input instanceof Request ? input : new Request(input, init)
    const { status, headers, body } = await answer(apiRequest(request))
    if (request.signal.aborted && status === CANCELLED_STATUS) throw request.signal.reason
    const isWhole = body === null || typeof body === 'string'
    return new Response(isWhole ? body : readableStream(body), { status, headers })
  }
}

/** A web request as the routes see it. */
export function apiRequest(request: Request): ApiRequest {
  const { method, headers, signal } = request
  return {
    method,
    headers,
    signal,
    ...targetOf(new URL(request.url)),
    async readBody(take) {
      if (request.body === null) return
      const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
      try {
        for (;;) {
          const { done, value } = await reader.read()
          if (done) return
          take(value)
        }
      } finally {
        // What is left unread is no longer wanted; whether that can still be said is of no interest.
        reader.cancel().catch(() => undefined)
      }
    },
  }
}

function readableStream(body: PiecewiseBody): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (body.opening !== '') controller.enqueue(encoder.encode(body.opening))
    },
    async pull(controller) {
      const { text, isLast } = await body.next()
      if (text !== '') controller.enqueue(encoder.encode(text))
      if (isLast) controller.close()
    },
    cancel: () => body.leave(),
  })
}
