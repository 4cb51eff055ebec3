import { expect, it } from 'vitest'
import { findLeaks, LEAST_LEAK_BYTES } from '../judges/find-leaks.ts'
import type { ProcessName } from '../judges/judged-server.ts'
import { withFaults } from '../judges/seeded-fault.ts'
import { longRunOf } from './long-run.ts'
import { soak } from './soak.ts'

/** Of each message: several times what half a minute finds. */
const SEEDED_LEAK_BYTES = 8 * 1024

it('fails on a server that stands still, one that leaks bytes or timers and one that is slow by the square of a size', {
  // Half a minute of load, and as many rests as a busy machine needs.
  timeout: 900_000,
}, async () => {
  const { violations, leaks, quiets } = await soak({
    minutes: 0.4,
    seed: 1,
    onRound: () => undefined,
    onViolation: () => undefined,
    ...withFaults(
      { process: 'server', everyRequests: 300, type: 'spin', amount: 400 },
      { process: 'engine', everyRequests: 50, type: 'sleep', amount: 400 },
      { process: 'server', everyRequests: 1, type: 'leak timers', amount: 0 },
      { process: 'engine', everyRequests: 1, type: 'leak heap', amount: SEEDED_LEAK_BYTES },
      // 12 ms for 64 KiB, 200 ms for 256 KiB.
      { process: 'server', everyRequests: 1, type: 'spin by the square of a body', amount: 200 / 256 ** 2 },
    ),
  })
  const found = (place: string, what: RegExp) =>
    violations.filter(({ where, message }) => where.startsWith(place) && what.test(message)).length
  expect(found('the event loop of the server', /stood still for [\d.,]+ ms/)).toBeGreaterThan(0)
  expect(found('the event loop of the engine', /stood still for [\d.,]+ ms/)).toBeGreaterThan(0)
  expect(found('/health', /after [\d.,]+ ms/)).toBeGreaterThan(0)
  expect(found('server', /each request leaks [\d.]+ ± .* sockets, timers and the like/)).toBe(1)
  expect(found('', /times as much for each doubling/)).toBeGreaterThan(0)
  expect(leaks.engine.flatMap(({ what, violation }) => (violation === null ? [] : [what]))).toEqual([
    'bytes of heap',
  ])
  // What half a minute cannot find, ten minutes of the same ups and downs do.
  const leaksOf = (name: ProcessName, bytes: number) => {
    const samples = longRunOf(
      quiets.map((quiet) => quiet.samples[name]),
      bytes,
    )
    return findLeaks(name, samples).flatMap(({ what, violation }) => (violation === null ? [] : [what]))
  }
  expect(leaksOf('server', 0)).toEqual([])
  expect(leaksOf('server', LEAST_LEAK_BYTES / 4)).toEqual([])
  expect(leaksOf('server', LEAST_LEAK_BYTES)).toEqual(['bytes of heap', 'bytes outside of the heap'])
})
