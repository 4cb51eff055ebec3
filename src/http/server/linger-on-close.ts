import type { IncomingMessage } from 'node:http'
import { discardBody } from './pace-body.ts'

/**
 * Prepares the end of a connection whose response does not wait for the rest of the request. Closing a connection with
 * unread bytes makes the client's system drop the response, so that a client that is still sending never sees it.
 * Therefore the rest is read and discarded until the client has sent it, but no longer than `lingerMs`.
 */
export function lingerOnClose(incoming: IncomingMessage, lingerMs: number): void {
  const { socket } = incoming
  let isLingering = false
  // Node calls this when the last response of a connection is written.
  socket.destroySoon = () => {
    if (isLingering || socket.destroyed) return
    isLingering = true
    const timer = setTimeout(() => socket.destroy(), lingerMs)
    socket.once('close', () => clearTimeout(timer))
    socket.end()
    if (incoming.complete) socket.destroy()
    incoming.once('end', () => socket.destroy())
    discardBody(incoming)
  }
}
