import type { ApiRequest } from '../api-request.ts'

/** Which page sent a request: one of this server, one of another site, or none that the request names. */
export type RequestOrigin = 'same' | 'other' | 'unknown'

/**
 * Tells by what browsers alone write, and no page can change. They omit both headers where a page that came over a network
 * without TLS reads something, and one of them where a user types an address.
 */
export function requestOrigin({
  headers,
  hosts,
  isSecure,
}: Pick<ApiRequest, 'headers' | 'hosts' | 'isSecure'>): RequestOrigin {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  if (origin !== null && !isOfHosts(origin, hosts, isSecure === true)) return 'other'
  if (site === null) return origin === null ? 'unknown' : 'same'
  if (site === 'none') return 'unknown'
  return site === 'same-origin' ? 'same' : 'other'
}

/** Where a proxy ends TLS, only the name can be compared. */
function isOfHosts(origin: string, hosts: readonly string[], isSecure: boolean): boolean {
  const schemes = isSecure ? ['https'] : ['https', 'http']
  const isOf = (host: string) => schemes.some((scheme) => origin === `${scheme}://${host.toLowerCase()}`)
  return hosts.length > 0 && hosts.every(isOf)
}
