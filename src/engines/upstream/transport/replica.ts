import { type buildConnector, type Client, Pool } from 'undici'
import { encodeJson } from '../../../util/encode-json.ts'
import { WorkSlices } from '../../../util/work-slices.ts'
import { replicaConnection, type UpstreamDispatch } from './replica-connection.ts'
import type { TransportSettings } from './transport-settings.ts'
import { UpstreamFailure } from './upstream-failure.ts'
import type { UpstreamRequest } from './upstream-request.ts'
import { type SilenceLimit, UpstreamResponse } from './upstream-response.ts'

/** The settings that a replica needs. */
export type ReplicaSettings = Pick<
  TransportSettings,
  'maxConcurrentRequests' | 'connectTimeoutMs' | 'firstByteTimeoutMs' | 'idleTimeoutMs'
>

/** The options that a pool passes on to its connections. */
type ConnectionOptions = Client.Options & { readonly connect: buildConnector.connector }

/** One server of an upstream, with its connections. */
export class Replica {
  /** For logs; contains no secret. */
  readonly address: string
  readonly #pool: Pool
  readonly #pathPrefix: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #firstByteLimit: SilenceLimit
  readonly #idleLimit: SilenceLimit

  constructor(baseUrl: string, headers: Readonly<Record<string, string>>, settings: ReplicaSettings) {
    const { origin, pathname } = new URL(baseUrl)
    // Both `http://host` and `http://host/v1`, as OpenAI's clients want it, mean the same.
    this.#pathPrefix = pathname.replace(/\/+$/, '').replace(/\/v1$/, '')
    this.address = `${origin}${this.#pathPrefix}`
    this.#headers = headers
    this.#firstByteLimit = this.#silenceLimit(settings.firstByteTimeoutMs, 'first-byte-timeout')
    this.#idleLimit = this.#silenceLimit(settings.idleTimeoutMs, 'idle-timeout')
    this.#pool = new Pool(origin, {
      connections: settings.maxConcurrentRequests,
      pipelining: 1,
      connect: { timeout: settings.connectTimeoutMs },
      // undici's timeouts would count the time of a slow reader; UpstreamResponse has its own.
      headersTimeout: 0,
      bodyTimeout: 0,
      factory: (url, options) => replicaConnection(url, options as ConnectionOptions),
    })
  }

  /**
   * Sends one request and waits for the headers of its response.
   *
   * @throws UpstreamFailure when none come; the signal's reason when the request is cancelled
   */
  async send({ path, body, headers }: UpstreamRequest, signal: AbortSignal): Promise<UpstreamResponse> {
    signal.throwIfAborted()
    const encoded = encodeJson(body, new WorkSlices(signal))
    const json = typeof encoded === 'string' ? encoded : await encoded
    // A signal that was aborted meanwhile tells its listeners no more.
    signal.throwIfAborted()
    const response = new UpstreamResponse({
      address: this.address,
      firstByteLimit: this.#firstByteLimit,
      idleLimit: this.#idleLimit,
      signal,
    })
    const dispatched: UpstreamDispatch = {
      method: 'POST',
      path: `${this.#pathPrefix}${path}`,
      headers: {
        ...headers,
        ...this.#headers,
        'content-type': 'application/json',
        // Events that are compressed come late, or together.
        'accept-encoding': 'identity',
      },
      body: json,
      response,
    }
    this.#pool.dispatch(dispatched, response)
    await response.begun()
    return response
  }

  /** Aborts every request and closes every connection. */
  async close(): Promise<void> {
    await this.#pool.destroy()
  }

  #silenceLimit(ms: number, kind: 'first-byte-timeout' | 'idle-timeout'): SilenceLimit {
    const text =
      kind === 'first-byte-timeout'
        ? `${this.address} did not start to respond within ${ms} ms`
        : `${this.address} was silent for ${ms} ms in the middle of its response`
    return { ms, failure: () => new UpstreamFailure(kind, text) }
  }
}
