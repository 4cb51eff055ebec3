import { readBetas, refuseUnknownBetas } from '../wire/anthropic-beta.ts'
import { type ApiVersion, parseApiVersion } from '../wire/api-version.ts'
import type { RequestHeaders } from './api-request.ts'

/** What the headers of the Claude API say. */
export interface ApiHeaders {
  readonly version: ApiVersion
  readonly betas: ReadonlySet<string>
}

/**
 * Reads the version, then the betas.
 *
 * @throws ApiError `invalid-header`
 */
export function readApiHeaders(
  headers: RequestHeaders,
  rules: { readonly refuseUnknownBetas: boolean },
): ApiHeaders {
  const version = parseApiVersion(headers.get('anthropic-version'))
  const betas = headers.get('anthropic-beta')
  if (rules.refuseUnknownBetas) refuseUnknownBetas(betas)
  return { version, betas: readBetas(betas) }
}
