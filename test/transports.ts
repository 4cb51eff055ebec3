import { fetchFrom } from '../src/http/fetch-from.ts'
import { serve } from '../src/http/server/serve.ts'

/** What responds to requests. */
export type Responder = Parameters<typeof serve>[0]

/** A way for requests to a responder: `fetch` is called with paths. */
export interface Transport {
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>
  close(): void
}

/** Every way in which a responder can be reached. */
export const TRANSPORTS: Readonly<Record<string, (responder: Responder) => Promise<Transport>>> = {
  async 'over a port'(responder) {
    const { url, closeNow } = await serve(responder, { host: '127.0.0.1', port: 0 })
    return { fetch: (path, init) => fetch(url + path, init), close: closeNow }
  },
  async 'in process'(responder) {
    const fetchInProcess = fetchFrom(responder)
    return { fetch: (path, init) => fetchInProcess(`http://continuo${path}`, init), close() {} }
  },
}
