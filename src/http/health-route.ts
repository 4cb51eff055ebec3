import { type Answer, jsonAnswer } from './answer.ts'
import type { AppDependencies } from './app-dependencies.ts'

/** `GET /health`: 200 while completions are accepted, 503 before and after. Needs no key. */
export function healthRoute({ readiness }: AppDependencies) {
  return function health(): Answer {
    const now = readiness()
    return now === 'ready' ? jsonAnswer({ status: 'ok' }) : jsonAnswer({ status: now }, 503)
  }
}
