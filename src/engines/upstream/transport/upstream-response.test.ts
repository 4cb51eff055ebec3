import { expect, it } from 'vitest'
import { UpstreamFailure } from './upstream-failure.ts'
import { UpstreamAnswer } from './upstream-response.ts'

const LIMIT = { ms: 60_000, failure: () => new UpstreamFailure('idle-timeout', 'silent') }
const PAUSED = { aborted: false, paused: true, reason: null, abort() {}, pause() {}, resume() {} }

it.each([
  ['ended', (answer: UpstreamAnswer) => answer.onResponseEnd()],
  ['failed', (answer: UpstreamAnswer) => answer.onResponseError(PAUSED, new Error('lost'))],
])('holds nothing of an exchange that has %s, though its connection still knows it', (_, end) => {
  const { signal } = new AbortController()
  const answer = new UpstreamAnswer({ address: 'A', firstByteLimit: LIMIT, idleLimit: LIMIT, signal })
  answer.onRequestStart(PAUSED)
  expect(answer.isPaused).toBe(true)
  end(answer)
  expect(answer.isPaused).toBe(false)
})
