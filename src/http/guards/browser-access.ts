import { ApiError } from '../../wire/api-error.ts'
import type { RequestHeaders } from '../api-request.ts'
import type { ApiResponse } from '../api-response.ts'

const OPT_IN_HEADER = 'anthropic-dangerous-direct-browser-access'
const NO_OPT_IN = `CORS requests must set '${OPT_IN_HEADER}' header`
const NOT_ALLOWED =
  'CORS requests are not allowed for this Organization because of its settings. ' +
  'If you believe this in error, contact support at https://support.anthropic.com/.'
/** How long a browser may remember the response to a preflight. */
const PREFLIGHT_MAX_AGE_SECONDS = 600

/**
 * Refuses a request from a web page that did not opt in: a page that holds a key shows it to everyone who opens it, and a
 * server without keys would work for every page. Programs need not opt in.
 *
 * @throws ApiError `cross-origin-refused`
 */
export function checkBrowserAccess(headers: RequestHeaders, allowBrowsers: boolean): void {
  if (!isFromPage(headers)) return
  if (!allowBrowsers) throw new ApiError('cross-origin-refused', NOT_ALLOWED)
  if (!hasOptedIn(headers)) throw new ApiError('cross-origin-refused', NO_OPT_IN)
}

/**
 * Whether a page of another site sent the request. Browsers omit `Origin` where the page cannot read the response, such as
 * that of a picture, and send `Sec-Fetch-Site` then. A link that a user follows shows its response to the user alone.
 */
function isFromPage(headers: RequestHeaders): boolean {
  if (headers.has('origin')) return true
  const site = headers.get('sec-fetch-site')
  if (site === null || site === 'none' || site === 'same-origin') return false
  return headers.get('sec-fetch-mode') !== 'navigate'
}

/** The headers that let a web page read the response, also to an error; none for a page that did not opt in. */
export function crossOriginHeaders(
  headers: RequestHeaders,
  allowBrowsers: boolean,
): Readonly<Record<string, string>> {
  return allowBrowsers && headers.has('origin') && hasOptedIn(headers) ? CROSS_ORIGIN_HEADERS : NO_HEADERS
}

const NO_HEADERS = {}
const CROSS_ORIGIN_HEADERS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': '*' }

/**
 * The response to a preflight, by which a browser asks whether a page may send a request. Where browsers are allowed it
 * always permits the request: a page that did not opt in is refused by the request itself.
 */
export function preflightResponse(
  asking: RequestHeaders,
  allow: string,
  allowBrowsers: boolean,
): ApiResponse {
  const headers: Record<string, string> = { allow }
  if (allowBrowsers && asking.has('access-control-request-method')) {
    headers['access-control-allow-origin'] = '*'
    headers['access-control-allow-methods'] = allow
    headers['access-control-allow-headers'] = asking.get('access-control-request-headers') ?? '*'
    headers['access-control-max-age'] = String(PREFLIGHT_MAX_AGE_SECONDS)
    headers.vary = 'access-control-request-headers'
  }
  return { status: 204, headers, body: null }
}

function hasOptedIn(headers: RequestHeaders): boolean {
  return headers.get(OPT_IN_HEADER) === 'true'
}
