import { type buildConnector, Client, type Dispatcher } from 'undici'
import type { UpstreamResponse } from './upstream-response.ts'

/** What goes out on a connection, and who reads what comes back. */
export interface RespondedDispatch extends Dispatcher.DispatchOptions {
  readonly response: UpstreamResponse
}

/**
 * One connection to a replica, which may end while its answer is paused. undici 7 fails an assertion then, where nobody
 * can catch it, if the upstream had said that it would close: the server would end with the connection. (undici 8 does
 * not, but needs Node 22.)
 *
 * @param options those of a pool, which has made the function that connects
 */
export function replicaConnection(
  origin: URL,
  options: Client.Options & { readonly connect: buildConnector.connector },
): Client {
  let response: UpstreamResponse | null = null
  const connect: buildConnector.connector = (target, callback) => {
    options.connect(target, (...[error, socket]) => {
      // undici's types promise a null beside an error; it leaves the socket out.
      if (error !== null) return callback(error, null)
      // Both come before undici's own listeners. At the end everything was read, so nothing more can come of going on.
      socket.on('end', () => response?.resume())
      socket.on('error', (failure: NodeJS.ErrnoException) => {
        // What a reset connection held is lost. undici would take it for the end.
        if (response?.isPaused && failure.code === 'ECONNRESET') failure.code = 'UND_ERR_SOCKET'
      })
      callback(null, socket)
    })
  }
  const client = new Client(origin, { ...options, connect })
  const dispatch = client.dispatch.bind(client)
  // Without pipelining there is one answer at a time.
  client.dispatch = (dispatched, handler) => {
    response = (dispatched as RespondedDispatch).response
    return dispatch(dispatched, handler)
  }
  return client
}
