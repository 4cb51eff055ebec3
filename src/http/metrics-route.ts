import { apiKeyAuth } from './api-key-auth.ts'
import type { MetricsEndpoint } from './app-dependencies.ts'
import type { RequestContext } from './request-context.ts'

/** `GET /metrics`: what is measured, for Prometheus, which sends a key as a bearer token. */
export function metricsRoute({ render, contentType, apiKeys }: MetricsEndpoint) {
  const checkApiKey = apiKeys.length > 0 ? apiKeyAuth(apiKeys) : () => undefined

  return async function metrics(context: RequestContext): Promise<Response> {
    checkApiKey(context.req.raw.headers)
    const headers = { 'content-type': contentType, 'cache-control': 'no-store' }
    return new Response(await render(), { headers })
  }
}
