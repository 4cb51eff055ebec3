import { expect, it } from 'vitest'
import { UpstreamFailure } from './upstream-failure.ts'
import { UpstreamResponse } from './upstream-response.ts'

const LIMIT = { ms: 60_000, failure: () => new UpstreamFailure('idle-timeout', 'silent') }
const PAUSED = { aborted: false, paused: true, reason: null, abort() {}, pause() {}, resume() {} }

it.each([
  ['ended', (response: UpstreamResponse) => response.onResponseEnd()],
  ['failed', (response: UpstreamResponse) => response.onResponseError(PAUSED, new Error('lost'))],
])('keeps nothing of a response that has %s, though its connection refers to it', (_, end) => {
  const { signal } = new AbortController()
  const response = new UpstreamResponse({ address: 'A', firstByteLimit: LIMIT, idleLimit: LIMIT, signal })
  response.onRequestStart(PAUSED)
  expect(response.isPaused).toBe(true)
  end(response)
  expect(response.isPaused).toBe(false)
})
