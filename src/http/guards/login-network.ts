import { isIP } from 'node:net'
import type { ApiRequest } from '../api-request.ts'
import { clientNetwork } from '../client-network.ts'

/** Addresses of this machine and of private networks, where proxies of a server are. */
const PRIVATE =
  /^(?:(?:::ffff:)?(?:10\.|127\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)|::1$|f[cd][\da-f]{2}:)/i

/**
 * The network that failed logins are counted for. Behind a proxy all connections come from one address; what the nearest
 * proxy has added to `x-forwarded-for` is believed of one in a private network, since others could write what they like.
 */
export function loginNetwork({
  remoteAddress,
  headers,
}: Pick<ApiRequest, 'remoteAddress' | 'headers'>): string {
  const address = remoteAddress ?? undefined
  if (address === undefined || !PRIVATE.test(address)) return clientNetwork(address)
  const forwarded = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? ''
  return clientNetwork(isIP(forwarded) === 0 ? address : forwarded)
}
