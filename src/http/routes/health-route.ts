import type { Readiness } from '../../serving/engine-directory.ts'
import { type ApiResponse, jsonResponse } from '../api-response.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { checkBrowserAccess } from '../guards/browser-access.ts'
import type { RequestContext } from '../request-context.ts'

const REASONS: Record<Exclude<Readiness, 'ready'>, string> = {
  loading: 'the model is being loaded',
  unresponsive: 'the engine does not answer',
  draining: 'the server is about to stop',
}

/** `GET /health`: 200 while completions are accepted and answered, 503 with a reason else. Needs no key. */
export function healthRoute({ engines, rules }: AppDependencies) {
  return function health({ request }: RequestContext): ApiResponse {
    checkBrowserAccess(request.headers, rules.allowBrowsers)
    const { readiness } = engines
    if (readiness === 'ready') return jsonResponse({ status: 'ok' })
    return jsonResponse({ status: readiness, reason: REASONS[readiness] }, 503)
  }
}
