/** A server that could not be bound to its address. `message` is one line for the person who started it. */
export class ListenError extends Error {
  override readonly name = 'ListenError'

  /** @param cause what the operating system said */
  constructor(cause: NodeJS.ErrnoException, host: string, port: number) {
    super(`cannot listen on ${host} port ${port}: ${REASONS[cause.code ?? ''] ?? cause.message}`, { cause })
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the port is in use by another program',
  EADDRNOTAVAIL: 'this machine does not have that address',
  EACCES: 'no permission to use that port',
  ENOTFOUND: 'no such host name',
  EAI_AGAIN: 'the host name cannot be looked up',
}
