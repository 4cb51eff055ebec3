import { ApiError } from '../wire/api-error.ts'
import { decodePercent } from './decode-percent.ts'

/** The target of a request. */
export interface RequestTarget {
  /** @see ApiRequest.path */
  readonly path: string
  /** @see ApiRequest.query */
  readonly query: string
  /** Of a target that is a whole URL: its host, with the port if it has one. */
  readonly host?: string
}

/** Hosts and paths in which nothing has to be decoded. */
const PLAIN_HOST = /^[\w.-]+(?::(?:\d{1,4}|[1-5]\d{4}))?$/
const PLAIN_PATH = /^(?:\/[\w~-]+)+$/
const ABSOLUTE = /^https?:\/\//

/**
 * Reads the target of a request line, as browsers read a URL.
 *
 * @param host the header `Host`; the target does not depend on it, but with a malformed one the whole is malformed
 * @throws ApiError `malformed-http`
 */
export function readRequestTarget(target: string, host: string): RequestTarget {
  const isPlainHost = PLAIN_HOST.test(host)
  if (isPlainHost && PLAIN_PATH.test(target)) return { path: target, query: '' }
  const path = /^[^?]*/.exec(target)?.[0] ?? ''
  // A browser would take it for a slash.
  if (path.includes('\\')) throw malformed()
  if (!isPlainHost) checkHost(host)
  if (ABSOLUTE.test(target)) {
    const url = parse(target)
    return { ...targetOf(url), host: url.host }
  }
  if (target !== '' && !target.startsWith('/')) throw malformed()
  return targetOf(parse(`http://localhost${target}`))
}

/** A user's name, a path or anything else of a URL is no part of a host. */
function checkHost(host: string): void {
  if (parse(`http://${host}/`).hostname !== host.replace(/:\d+$/, '').toLowerCase()) throw malformed()
}

/** The target that a URL names, whatever its host. */
export function targetOf({ pathname, search }: URL): RequestTarget {
  return { path: decodePercent(pathname, decodePathPart), query: search.slice(1) }
}

/** Encoded slashes and the like stay encoded, and so do encoded percent signs, which may hide them. */
function decodePathPart(bytes: string): string {
  return decodeURI(bytes.replaceAll('%25', '%2525'))
}

function parse(url: string): URL {
  try {
    return new URL(url)
  } catch {
    throw malformed()
  }
}

function malformed(): ApiError {
  return new ApiError('malformed-http', 'This is not a valid HTTP request')
}
