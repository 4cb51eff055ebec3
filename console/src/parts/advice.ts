import type { ApiFailure } from '../api/api-failure.ts'

/** What to do about a failure; null where its message says it. */
export function adviceOn({
  status,
  retryAfterSeconds,
}: Pick<ApiFailure, 'status' | 'retryAfterSeconds'>): string | null {
  if (status === 401) return 'You are no longer logged in: reload the page and log in again.'
  if (status === 403) return 'Ask an admin of the organization for the right to do this.'
  if (status === 429) {
    const when = retryAfterSeconds === null ? 'in a moment' : `in ${Math.ceil(retryAfterSeconds)} s`
    return `Try again ${when}. An admin can raise the limit on the page Limits.`
  }
  if (status === 529) return 'The server takes no more requests at this moment. Try again in a few seconds.'
  return status >= 500 ? 'The log of the server says more.' : null
}
