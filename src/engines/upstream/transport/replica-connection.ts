import { type buildConnector, Client, type Dispatcher } from 'undici'
import type { UpstreamResponse } from './upstream-response.ts'

/** A request on a connection, together with its response. */
export interface UpstreamDispatch extends Dispatcher.DispatchOptions {
  readonly response: UpstreamResponse
}

/**
 * One connection to a replica, which may end while its response is paused. If the upstream had announced that it would
 * close, undici 7 then fails an assertion that cannot be caught, and the server would crash. (undici 8 does not, but needs
 * Node 22.)
 *
 * @param options of a pool, with the function that connects
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
      // Both run before undici's own listeners. At the end everything has been read, so resuming is harmless.
      socket.on('end', () => response?.resume())
      socket.on('error', (failure: NodeJS.ErrnoException) => {
        // The data of a reset connection is lost, but undici would treat the reset as the end.
        if (response?.isPaused && failure.code === 'ECONNRESET') failure.code = 'UND_ERR_SOCKET'
      })
      callback(null, socket)
    })
  }
  const client = new Client(origin, { ...options, connect })
  const dispatch = client.dispatch.bind(client)
  // Without pipelining there is one response at a time.
  client.dispatch = (dispatched, handler) => {
    response = (dispatched as UpstreamDispatch).response
    return dispatch(dispatched, handler)
  }
  return client
}
