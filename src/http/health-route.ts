import { type Answer, jsonAnswer } from './answer.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { checkBrowserAccess } from './browser-access.ts'
import type { RequestContext } from './request-context.ts'

/** `GET /health`: 200 while completions are accepted, 503 before and after. Needs no key. */
export function healthRoute({ readiness, rules }: AppDependencies) {
  return function health({ request }: RequestContext): Answer {
    checkBrowserAccess(request.headers, rules.allowBrowsers)
    const now = readiness()
    return now === 'ready' ? jsonAnswer({ status: 'ok' }) : jsonAnswer({ status: now }, 503)
  }
}
