import { describe, expect, it } from 'vitest'
import { findGrowth, type HoldingSample } from './growth.ts'
import type { ProcessHolding } from './process-holding.ts'

const MIB = 1024 * 1024
const REQUESTS_PER_ROUND = 1_000

/** Ten rounds, with what is said of each. */
function rounds(holdingOf: (round: number) => Partial<ProcessHolding>): HoldingSample[] {
  return Array.from({ length: 10 }, (_, round) => ({
    requestCount: (round + 1) * REQUESTS_PER_ROUND,
    holding: {
      heapBytes: 20 * MIB,
      residentBytes: 190 * MIB,
      nativeBytes: 90 * MIB,
      openFiles: 30,
      resources: { Timeout: 3, TCPSocketWrap: 8 },
      processorMs: 0,
      ...holdingOf(round),
    },
  }))
}

const messagesOf = (samples: HoldingSample[]) => findGrowth('p', samples).map(({ message }) => message)

describe('findGrowth', () => {
  it('is content with a process that goes up and down', () => {
    expect(messagesOf(rounds((round) => ({ heapBytes: (20 + 60 * (round % 2)) * MIB })))).toEqual([])
  })

  it('is content with a warm-up, however steep', () => {
    expect(messagesOf(rounds((round) => ({ heapBytes: (20 + 50 * Math.min(round, 3)) * MIB })))).toEqual([])
  })

  it('is content with less', () => {
    expect(messagesOf(rounds((round) => ({ nativeBytes: (900 - 50 * round) * MIB })))).toEqual([])
  })

  it('finds a kilobyte that each request leaves behind', () => {
    const leak = (round: number) => 1024 * (round + 1) * REQUESTS_PER_ROUND
    expect(messagesOf(rounds((round) => ({ heapBytes: 20 * MIB + leak(round) })))).toEqual([
      expect.stringMatching(
        /^it grew from \d+ to \d+ bytes of heap over \d+ requests; at most \d+ more are allowed$/,
      ),
    ])
  })

  it('finds four kilobytes of the engine’s own that each request leaves behind', () => {
    expect(
      messagesOf(rounds((round) => ({ nativeBytes: 90 * MIB + 4096 * round * REQUESTS_PER_ROUND }))),
    ).toEqual([])
    expect(messagesOf(rounds((round) => ({ nativeBytes: 90 * MIB + 4096 * round * 3_000 })))).toHaveLength(1)
  })

  it('finds a timer or a socket that one request in fifty leaves behind', () => {
    expect(messagesOf(rounds((round) => ({ resources: { Timeout: 20 * round } })))).toHaveLength(1)
    expect(messagesOf(rounds((round) => ({ openFiles: 30 + 20 * round })))).toHaveLength(1)
  })

  it('does without a count that the system does not tell', () => {
    expect(messagesOf(rounds(() => ({ openFiles: null })))).toEqual([])
  })
})
