import type { AppDependencies } from './app-dependencies.ts'

/** `GET /health`: 200 while completions are accepted, 503 before and after. Needs no key. */
export function healthRoute({ readiness }: AppDependencies) {
  return function health(): Response {
    const now = readiness()
    return Response.json({ status: now === 'ready' ? 'ok' : now }, { status: now === 'ready' ? 200 : 503 })
  }
}
