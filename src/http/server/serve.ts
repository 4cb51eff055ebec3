import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type Server as SecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { CompletionError } from '../../completion/completion-error.ts'
import { newRequestId } from '../../wire/completion-id.ts'
import type { ApiRequest } from '../api-request.ts'
import type { ApiResponse } from '../api-response.ts'
import { errorResponse } from '../error-response.ts'
import { Connections } from './connections.ts'
import { lingerOnClose } from './linger-on-close.ts'
import { ListenError } from './listen-error.ts'
import { NodeRequest } from './node-request.ts'
import { refuseMalformedHttp } from './refuse-malformed-http.ts'
import { sendResponse } from './send-response.ts'
import { DEFAULT_SERVE_LIMITS, type ServeLimits } from './serve-limits.ts'
import type { TlsFiles } from './tls-files.ts'

/** With HTTPS, how many sockets there may be for each connection. */
const MAX_SOCKETS_PER_CONNECTION = 2

/** Where to listen. */
export interface ServeOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** For HTTPS; HTTP without it. */
  readonly tls?: TlsFiles | null
  /** Called when the files for HTTPS change and cannot be used. */
  readonly onTlsProblem?: (problem: string) => void
  /** {@link DEFAULT_SERVE_LIMITS} where omitted. */
  readonly limits?: Partial<ServeLimits>
}

/** A server that listens. */
export interface RunningServer {
  /** The URL for clients on this machine, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** Accepts no new request, lets running requests finish, and resolves when the last connection is closed. */
  drain(): Promise<void>
  /** Closes every connection, finished or not. */
  closeNow(): void
}

/**
 * Serves requests on a port. The signal of a request fires when its client disconnects.
 *
 * A client that closes only its sending half counts as disconnected, because the server cannot tell the two apart.
 *
 * @throws ListenError when it cannot listen on the address
 */
export async function serve(
  responseTo: (request: ApiRequest) => Promise<ApiResponse>,
  options: ServeOptions,
): Promise<RunningServer> {
  const limits = { ...DEFAULT_SERVE_LIMITS, ...options.limits }
  const connections = new Connections(limits)
  const { tls = null } = options
  const server = createLimitedServer(limits, tls)
  const handle = requestListener(responseTo, connections, limits)

  function onRequest(incoming: IncomingMessage, outgoing: ServerResponse): void {
    connections.arrived(
      incoming.socket,
      outgoing,
      (isOneTooMany) => void handle(incoming, outgoing, isOneTooMany),
    )
  }
  server.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) => connections.opened(socket))
  server.on('request', onRequest)
  // An unknown expectation is no reason to refuse a request.
  server.on('checkExpectation', onRequest)
  server.on('timeout', (socket: Socket) => connections.timedOut(socket))
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (connections.isSending(socket)) socket.destroy()
    else refuseMalformedHttp(error, socket)
  })

  let drained: Promise<void> | undefined
  function drain(): Promise<void> {
    drained ??= new Promise((resolve) => server.close(() => resolve()))
    connections.drain()
    return drained
  }

  await listen(server, options)
  if ('setSecureContext' in server)
    tls?.watch((content) => server.setSecureContext(content), options.onTlsProblem ?? (() => undefined))
  const { port } = server.address() as AddressInfo
  server.on('close', () => tls?.close())
  return {
    url: `${tls === null ? 'http' : 'https'}://${urlHost(options.host)}:${port}`,
    port,
    drain,
    closeNow() {
      server.close()
      connections.destroyAll()
    },
  }
}

/** A server with every limit set, none by node's defaults. */
function createLimitedServer(limits: ServeLimits, tls: TlsFiles | null): Server | SecureServer {
  const settings = {
    headersTimeout: limits.headersMs,
    requestTimeout: Math.max(limits.requestMs, limits.headersMs),
    connectionsCheckingInterval: Math.min(5000, limits.headersMs / 2),
    keepAliveTimeout: limits.keepAliveMs,
    maxHeaderSize: limits.maxHeaderBytes,
    insecureHTTPParser: false,
    joinDuplicateHeaders: true,
    // Old clients omit it; no browser does.
    requireHostHeader: false,
    noDelay: true,
    // Finds clients whose machine is down.
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
  }
  const server =
    tls === null
      ? createServer(settings)
      : createSecureServer({ ...settings, ...tls.content, handshakeTimeout: limits.headersMs })
  // Those that have not ended their handshake are not among the connections that are counted.
  if (tls !== null) server.maxConnections = MAX_SOCKETS_PER_CONNECTION * limits.maxConnections
  server.maxRequestsPerSocket = 0
  server.setTimeout(limits.stalledReaderMs)
  return server
}

function requestListener(
  responseTo: (request: ApiRequest) => Promise<ApiResponse>,
  connections: Connections,
  { lingerMs }: ServeLimits,
) {
  return async function listener(
    incoming: IncomingMessage,
    outgoing: ServerResponse,
    isOneTooMany: boolean,
  ): Promise<void> {
    const response = isOneTooMany ? standaloneError(tooManyWaiting()) : await responseOf(incoming, outgoing)
    // What arrived together with the headers is parsed only after this turn.
    if (!incoming.complete) await nextTurn()
    if (!incoming.complete) {
      // The rest of this request precedes the next one, so the connection is not worth keeping.
      outgoing.shouldKeepAlive = false
      lingerOnClose(incoming, lingerMs)
    }
    await sendResponse(response, outgoing)
  }

  async function responseOf(incoming: IncomingMessage, outgoing: ServerResponse): Promise<ApiResponse> {
    try {
      const request = new NodeRequest(incoming, outgoing)
      if (!connections.isDraining) return await responseTo(request)
    } catch (error) {
      return standaloneError(error)
    }
    return standaloneError(new CompletionError('not-ready', 'Overloaded: the server is about to stop'))
  }
}

function tooManyWaiting(): CompletionError {
  return new CompletionError(
    'overloaded',
    'Overloaded: too many requests on this connection are waiting for their responses',
  )
}

function standaloneError(error: unknown): ApiResponse {
  const requestId = newRequestId()
  const { status, headers, body } = errorResponse(error, requestId)
  return { status, headers: { ...headers, 'request-id': requestId }, body }
}

function listen(server: Server | SecureServer, { host, port }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    // The listener stays: later errors concern one connection that could not be accepted, and must not end the program.
    server.on('error', (error: NodeJS.ErrnoException) => reject(new ListenError(error, host, port)))
    server.listen({ host, port }, resolve)
  })
}

function urlHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
