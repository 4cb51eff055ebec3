import type { Socket } from 'node:net'

/** Node resumes a socket after each response, even if it was paused here: until {@link readAgain} it cannot. */
export function stopReading(socket: Socket): void {
  socket.pause()
  socket.resume = () => socket
}

/** Reads on in a socket that was stopped. */
export function readAgain(socket: Socket): void {
  // The method of its class is back.
  Reflect.deleteProperty(socket, 'resume')
  socket.resume()
}
