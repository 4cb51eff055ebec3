import { expect } from 'vitest'

/** Matches the error of an invalid request with exactly this message. */
export function refusal(message: string): unknown {
  return expect.objectContaining({ code: 'invalid-request', message })
}
