import { ApiError } from './api-error.ts'

/**
 * The dates that `anthropic-version` may hold. `2026-10-21` changed nothing for Text Completions and is answered
 * like `2023-06-01`.
 *
 * @see the API's reference, "Versions"
 */
export type ApiVersion = '2023-01-01' | '2023-06-01' | '2026-10-21'

const API_VERSIONS: readonly ApiVersion[] = ['2023-01-01', '2023-06-01', '2026-10-21']

/**
 * Reads the `anthropic-version` header; null when it was not sent.
 *
 * @throws ApiError `invalid-header` when it is missing or names no version. A header that was sent twice arrives
 *   joined by a comma, and is no version either.
 */
export function parseApiVersion(header: string | null): ApiVersion {
  if (header === null || header === '') {
    throw new ApiError('invalid-header', 'anthropic-version: header is required')
  }
  const version = API_VERSIONS.find((known) => known === header)
  if (version === undefined) {
    throw new ApiError('invalid-header', `anthropic-version: "${header}" is not a valid version`)
  }
  return version
}

/** The first version has shapes of its own: cumulative streams, and responses without `type` and `id`. */
export function isFirstVersion(version: ApiVersion): boolean {
  return version === '2023-01-01'
}
