import type { IncomingMessage } from 'node:http'

/**
 * Prepares the end of a connection whose request is answered before it has come whole. To close with bytes unread
 * makes the client's system throw the answer away, and a client that is still sending would never see it. So the rest
 * is read and forgotten, until the client is done or this long.
 */
export function lingerOnClose(incoming: IncomingMessage, lingerMs: number): void {
  const { socket } = incoming
  let isLingering = false
  // What node calls when the last answer of a connection is written.
  socket.destroySoon = () => {
    if (isLingering || socket.destroyed) return
    isLingering = true
    const timer = setTimeout(() => socket.destroy(), lingerMs)
    socket.once('close', () => clearTimeout(timer))
    socket.end()
    if (incoming.complete) socket.destroy()
    // Whoever read the body has stopped, and would hold it up.
    incoming.removeAllListeners('data').on('data', () => undefined)
    incoming.once('end', () => socket.destroy())
    incoming.resume()
  }
}
