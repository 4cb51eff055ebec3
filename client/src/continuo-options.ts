import type { HeaderValues } from './request-options.ts'

/** What sends a request. The global `fetch` is one, and so is the handler that Continuo's in-process use gives. */
export type FetchFunction = (url: string, init: RequestInit) => Promise<Response>

/** How a client reaches its server. Everything has a default but the API key. */
export interface ContinuoOptions {
  /**
   * The API key. Default: the environment's `CONTINUO_API_KEY`, else `ANTHROPIC_API_KEY`. A server that was started
   * without keys takes any text.
   */
  apiKey?: string | undefined
  /**
   * Where the server is, without `/v1`; a path before it is kept. Default: the environment's `CONTINUO_BASE_URL`,
   * else `ANTHROPIC_BASE_URL`, else `http://127.0.0.1:8642`.
   */
  baseURL?: string | undefined
  /**
   * Milliseconds of silence before an attempt fails: until the headers of the response, then between any two pieces
   * of its body. Default: 600,000 (ten minutes). Node's own `fetch` gives up after five minutes in any case; stream
   * long completions, or pass a `fetch` with other limits.
   */
  timeout?: number | undefined
  /**
   * How often a try is repeated that met no connection, a timeout, 408, 409, 429, 500 and above, or whatever the
   * server asks to be repeated. Default: 2, so 3 tries.
   */
  maxRetries?: number | undefined
  /** Default: the global `fetch`. */
  fetch?: FetchFunction | undefined
  /** Headers for every request; null removes a default header. */
  defaultHeaders?: HeaderValues | undefined
  /**
   * Whether the client may run in a browser's page, where everybody who opens it can read the API key. Default:
   * false. True also sends `anthropic-dangerous-direct-browser-access: true`, which servers demand from browsers.
   */
  dangerouslyAllowBrowser?: boolean | undefined
}
