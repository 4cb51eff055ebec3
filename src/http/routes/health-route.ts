import type { EngineDirectory, Readiness } from '../../serving/engine-directory.ts'
import { jsonResponse } from '../api-response.ts'
import type { Handler } from '../route.ts'

const REASONS: Record<Exclude<Readiness, 'ready'>, string> = {
  loading: 'the model is being loaded',
  unresponsive: 'the engine does not respond',
  draining: 'the server is about to stop',
}

/** `GET /health`: 200 while completions are served, otherwise 503 with the reason. */
export function healthRoute(engines: Pick<EngineDirectory, 'readiness'>): Handler {
  return function health() {
    const { readiness } = engines
    if (readiness === 'ready') return jsonResponse({ status: 'ok' })
    return jsonResponse({ status: readiness, reason: REASONS[readiness] }, 503)
  }
}
