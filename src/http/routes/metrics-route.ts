import type { KnownKeys } from '../../accounts/known-keys.ts'
import { ANONYMOUS_CALLER } from '../../completion/caller.ts'
import { apiKeyAuth } from '../guards/api-key-auth.ts'
import { checkBrowserAccess } from '../guards/browser-access.ts'
import { hostCheck } from '../guards/host-check.ts'
import type { Guard, Handler } from '../route.ts'

/** What `GET /metrics` serves, and to whom. */
export interface MetricsEndpoint {
  readonly render: () => Promise<string>
  readonly contentType: string
  /** The keys that open it; null if everybody who reaches it may read it. */
  readonly keys: KnownKeys | null
  /** Names by which the server may be called for it, besides those of the machine itself; null: any name. */
  readonly allowedHosts: readonly string[] | null
}

/**
 * Checks the name by which the server is called, and the key, which Prometheus sends as a bearer token. Web pages are
 * always refused: a server without keys would otherwise show its metrics to every page that its user visits.
 */
export function metricsGuard({ keys, allowedHosts }: MetricsEndpoint): Guard {
  const checkHosts = allowedHosts === null ? () => undefined : hostCheck(allowedHosts)
  const identify = keys === null ? () => ANONYMOUS_CALLER : apiKeyAuth({ keys, access: 'keys' })
  return function guardMetrics({ hosts, headers }) {
    checkHosts(hosts)
    checkBrowserAccess(headers, false)
    return identify(headers)
  }
}

/** `GET /metrics`: what is measured, for Prometheus. */
export function metricsRoute({ render, contentType }: MetricsEndpoint): Handler {
  return async function metrics() {
    const headers = { 'content-type': contentType, 'cache-control': 'no-store' }
    return { status: 200, headers, body: await render() }
  }
}
