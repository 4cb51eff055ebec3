import type { IncomingMessage } from 'node:http'

/** Most chunks of a body that one turn of the event loop reads: a client decides how short they are. */
const MAX_CHUNKS_IN_A_TURN = 4096

/**
 * Pauses a body from time to time, so that others have their turns: a megabyte in chunks of one byte may arrive at once.
 *
 * @param mayResume whether nothing else keeps it paused
 */
export function paceBody(incoming: IncomingMessage, mayResume: () => boolean = () => true): () => void {
  let chunks = 0
  function onData(): void {
    chunks += 1
    if (chunks < MAX_CHUNKS_IN_A_TURN) return
    chunks = 0
    incoming.pause()
    setImmediate(() => {
      if (mayResume()) incoming.resume()
    })
  }
  incoming.on('data', onData)
  return () => incoming.off('data', onData)
}

/** Reads what is left of a body, and drops it. */
export function discardBody(incoming: IncomingMessage): void {
  // A reader that has stopped would hold it up.
  incoming.removeAllListeners('data')
  paceBody(incoming)
  incoming.resume()
}
