import type { FetchFunction } from '../src/continuo-options.ts'

/** A `fetch` without a network. It responds at once; the test sends the body, and nothing ends it but the test. */
export interface FetchByHand {
  readonly fetch: FetchFunction
  /** The signals of the requests so far. */
  readonly signals: (AbortSignal | null | undefined)[]
  send(text: string): void
}

/** @param status of the response */
export function fetchByHand(status = 200): FetchByHand {
  const signals: (AbortSignal | null | undefined)[] = []
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const encoder = new TextEncoder()
  return {
    fetch: async (_, init) => {
      signals.push(init?.signal)
      return new Response(readable, { status, headers: { 'content-type': 'text/event-stream' } })
    },
    signals,
    send: (text) => void writer.write(encoder.encode(text)).catch(() => undefined),
  }
}
