import type { ApiRequest } from '../api-request.ts'

/** Browsers take it from HTTPS alone, for this host and all of its paths; a page of a neighbouring name cannot set it. */
const SECURE_NAME = '__Host-continuo'
/** Without HTTPS. */
const PLAIN_NAME = 'continuo'
/** A secret is much shorter; what is longer is none. */
const MAX_SECRET_LENGTH = 100

/** The secret of the login that a request belongs to; null for none. */
export function sessionSecret(request: ApiRequest): string | null {
  const header = request.headers.get('cookie')
  if (header === null) return null
  const name = isOverHttps(request) ? SECURE_NAME : PLAIN_NAME
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals === -1 || pair.slice(0, equals).trim() !== name) continue
    const secret = pair.slice(equals + 1).trim()
    return secret !== '' && secret.length <= MAX_SECRET_LENGTH ? secret : null
  }
  return null
}

/** The header `set-cookie` that begins a login, or ends it where `secret` is null. */
export function sessionCookie(request: ApiRequest, secret: string | null, maxAgeSeconds: number): string {
  const isSecure = isOverHttps(request)
  const name = isSecure ? SECURE_NAME : PLAIN_NAME
  const age = secret === null ? 0 : maxAgeSeconds
  return `${name}=${secret ?? ''}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
}

/** Also through a proxy that ends TLS. One who forges the header changes nothing but the name of their own cookie. */
function isOverHttps({ isSecure, headers }: ApiRequest): boolean {
  return isSecure === true || headers.get('x-forwarded-proto') === 'https'
}
