import type { ApiResponse } from '../api-response.ts'
import type { MetricsEndpoint } from '../app-dependencies.ts'
import { apiKeyAuth } from '../guards/api-key-auth.ts'
import { checkBrowserAccess } from '../guards/browser-access.ts'
import { hostCheck } from '../guards/host-check.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * `GET /metrics`: what is measured, for Prometheus, which sends a key as a bearer token. Never for a page in a browser:
 * a server without keys would tell it to every page that its user visits.
 */
export function metricsRoute({ render, contentType, apiKeys, allowedHosts }: MetricsEndpoint) {
  const checkHosts = allowedHosts === null ? () => undefined : hostCheck(allowedHosts)
  const checkApiKey = apiKeys.length > 0 ? apiKeyAuth(apiKeys, { sharedCache: true }) : () => undefined

  return async function metrics(context: RequestContext): Promise<ApiResponse> {
    const { headers: requestHeaders } = context.request
    checkHosts(context.request.hosts)
    checkBrowserAccess(requestHeaders, false)
    checkApiKey(requestHeaders)
    const headers = { 'content-type': contentType, 'cache-control': 'no-store' }
    return { status: 200, headers, body: await render() }
  }
}
