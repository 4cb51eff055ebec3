import { errors } from 'undici'
import { UpstreamFailure } from './upstream-failure.ts'

/** Errors of the connection that say that nothing was sent. */
const NOT_CONNECTED_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** What llhttp says of a connection that ends in the middle of an answer. */
const EARLY_END_TEXT = 'Invalid EOF state'

/** What undici throws, in our words. */
export function connectionFailure(address: string, error: unknown): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error
  const code = (error as { code?: unknown } | null)?.code
  const name = typeof code === 'string' ? code : 'no code'
  // undici's own error is not kept: that of its parser holds the bytes that it met.
  if (NOT_CONNECTED_CODES.has(name)) {
    return new UpstreamFailure('unreachable', `${address} cannot be reached (${name})`)
  }
  // Its parser gives no code, and calls an end in the middle of a chunk broken HTTP too.
  if (error instanceof errors.HTTPParserError && !error.message.includes(EARLY_END_TEXT)) {
    return new UpstreamFailure('malformed-event', `${address} answered with broken HTTP: ${error.message}`)
  }
  return new UpstreamFailure('connection-lost', `the connection to ${address} was lost (${name})`)
}
