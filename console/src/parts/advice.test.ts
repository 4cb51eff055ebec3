import { expect, it } from 'vitest'
import { adviceOn } from './advice.ts'

it.each([
  [401, null, /log in again/],
  [403, null, /an admin/],
  [429, 6.2, /in 7 s/],
  [429, null, /in a moment/],
  [500, null, /log of the server/],
  [529, 1, /in a few seconds/],
])('says what to do about status %i', (status, retryAfterSeconds, words) => {
  expect(adviceOn({ status, retryAfterSeconds })).toMatch(words)
})

it.each([0, 400, 404])('leaves status %i to its message', (status) => {
  expect(adviceOn({ status, retryAfterSeconds: null })).toBeNull()
})
