import { describe, expect, it } from 'vitest'
import { findLeaks, type HoldingSample } from './find-leaks.ts'
import type { ProcessHolding } from './process-holding.ts'

const MIB = 1024 * 1024
const REQUESTS_PER_ROUND = 3_000

/** Thirty rounds, with what is said of each. */
function rounds(holdingOf: (round: number) => Partial<ProcessHolding>): HoldingSample[] {
  return Array.from({ length: 30 }, (_, round) => ({
    requestCount: (round + 1) * REQUESTS_PER_ROUND,
    holding: {
      residentBytes: 190 * MIB,
      heapBytes: 20 * MIB,
      nativeBytes: 90 * MIB,
      openFiles: 30,
      resources: { Timeout: 3, TCPSocketWrap: 8 },
      ...holdingOf(round),
    },
  }))
}

const messagesOf = (samples: HoldingSample[]) =>
  findLeaks('server', samples).flatMap(({ violation }) => (violation === null ? [] : [violation.message]))

/** Up and down, by as much as real processes do. */
const noise = (round: number) => 150_000 * Math.sin(round * 2.3)

describe('findLeaks', () => {
  it('is content with a process that goes up and down', () => {
    expect(messagesOf(rounds((round) => ({ heapBytes: (20 + 60 * (round % 2)) * MIB })))).toEqual([])
  })

  it('is content with a warm-up, however steep', () => {
    expect(messagesOf(rounds((round) => ({ heapBytes: (20 + 50 * Math.min(round, 8)) * MIB })))).toEqual([])
  })

  it('is content with what fills up to a bound, however late', () => {
    expect(messagesOf(rounds((round) => ({ heapBytes: (20 + 5 * Math.min(round, 18)) * MIB })))).toEqual([])
  })

  it('is content with less', () => {
    expect(messagesOf(rounds((round) => ({ nativeBytes: (900 - 20 * round) * MIB })))).toEqual([])
  })

  it.each(['heapBytes', 'nativeBytes'] as const)('finds 200 bytes that each request adds to %s', (name) => {
    const leak = (bytes: number) =>
      messagesOf(
        rounds((round) => ({ [name]: 20 * MIB + noise(round) + bytes * round * REQUESTS_PER_ROUND })),
      )
    expect(leak(200)).toEqual([
      expect.stringMatching(/^each request leaks (19|20)\d ± \d+(\.\d+)? bytes .* over 60000 requests; /),
    ])
    expect(leak(50)).toEqual([])
  })

  it('reports how small a leak it would have found', () => {
    const [heap] = findLeaks(
      'server',
      rounds((round) => ({ heapBytes: 20 * MIB + noise(round) })),
    )
    expect(heap?.foundFrom).toBeLessThan(200)
    const [few] = findLeaks(
      'server',
      rounds((round) => ({ heapBytes: 20 * MIB + noise(round) })).map((sample) => ({
        ...sample,
        requestCount: sample.requestCount / 30,
      })),
    )
    expect(few?.foundFrom).toBeGreaterThan(400)
  })

  it('finds a timer or a socket that one request in a hundred leaves open', () => {
    expect(messagesOf(rounds((round) => ({ resources: { Timeout: 30 * round } })))).toHaveLength(1)
    expect(messagesOf(rounds((round) => ({ openFiles: 30 + 30 * round })))).toHaveLength(1)
  })

  it('does without a count that the system does not tell', () => {
    expect(messagesOf(rounds(() => ({ openFiles: null, nativeBytes: null })))).toEqual([])
  })

  it('does not judge by a few samples', () => {
    expect(() => findLeaks('server', rounds(() => ({})).slice(0, 5))).toThrow('too few')
  })
})
