import { ApiError } from '../wire/api-error.ts'

const OPT_IN_HEADER = 'anthropic-dangerous-direct-browser-access'
const NO_OPT_IN = `CORS requests must set '${OPT_IN_HEADER}' header`
const NOT_ALLOWED =
  'CORS requests are not allowed for this Organization because of its settings. ' +
  'If you believe this in error, contact support at https://support.anthropic.com/.'
/** How long a browser may remember a preflight's answer. */
const PREFLIGHT_MAX_AGE_SECONDS = 600

/**
 * Refuses a request that a web page sent without opting in: the page's user would show his key to everybody.
 * Programs send no `Origin` and are not asked.
 *
 * @throws ApiError `cross-origin-refused`
 */
export function checkBrowserAccess(headers: Headers, allowBrowsers: boolean): void {
  if (!headers.has('origin')) return
  if (!allowBrowsers) throw new ApiError('cross-origin-refused', NOT_ALLOWED)
  if (!hasOptedIn(headers)) throw new ApiError('cross-origin-refused', NO_OPT_IN)
}

/** The headers that let the web page read the answer, errors too. None without opting in. */
export function crossOriginHeaders(requestHeaders: Headers, allowBrowsers: boolean): [string, string][] {
  if (!allowBrowsers || !requestHeaders.has('origin') || !hasOptedIn(requestHeaders)) return []
  return [
    ['access-control-allow-origin', '*'],
    ['access-control-expose-headers', '*'],
  ]
}

/**
 * Answers the question that a browser asks before it sends a request. The answer is always yes where browsers are
 * allowed: a page that did not opt in is told so by the request itself.
 */
export function preflightResponse(requestHeaders: Headers, allow: string, allowBrowsers: boolean): Response {
  const headers = new Headers({ allow })
  if (allowBrowsers && requestHeaders.has('access-control-request-method')) {
    headers.set('access-control-allow-origin', '*')
    headers.set('access-control-allow-methods', allow)
    headers.set('access-control-allow-headers', requestHeaders.get('access-control-request-headers') ?? '*')
    headers.set('access-control-max-age', String(PREFLIGHT_MAX_AGE_SECONDS))
    headers.set('vary', 'access-control-request-headers')
  }
  return new Response(null, { status: 204, headers })
}

function hasOptedIn(headers: Headers): boolean {
  return headers.get(OPT_IN_HEADER) === 'true'
}
