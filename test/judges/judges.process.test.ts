import { afterEach, describe, expect, it } from 'vitest'
import { HttpCaller } from '../http-caller.ts'
import { COUNT_TOKENS_ROUTE } from '../routes/messages-routes.ts'
import { findLeaks, type HoldingSample } from './find-leaks.ts'
import { HealthWatch } from './health-watch.ts'
import { JudgedServer, PROCESS_NAMES, type ProcessName } from './judged-server.ts'
import { type SeededFault, withFaults } from './seeded-fault.ts'

/** A busy machine is slow, not wrong. */
const PATIENT = { timeout: 180_000 }

let server: JudgedServer | undefined
afterEach(() => server?.close())

async function startWith(...faults: SeededFault[]): Promise<JudgedServer> {
  server = await JudgedServer.start(withFaults(...faults))
  return server
}

/** As many as there are callers at once, one after the other. */
async function ask(to: JudgedServer, requests: number): Promise<void> {
  const http = new HttpCaller(to.steady.url)
  const { method, path, headers, body } = COUNT_TOKENS_ROUTE
  const text = JSON.stringify(body)
  const caller = async () => {
    for (let sent = 0; sent < requests / CALLERS; sent++)
      await http.send({ method, path, headers, body: text })
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  http.close()
}

const CALLERS = 8

describe('a server that leaks', () => {
  const ROUNDS = 14
  // Fewer would hide 200 bytes among what a process holds once.
  const REQUESTS_PER_ROUND = 3_000

  it(
    'is found by 200 bytes a request, in the process and the memory that leak and in no other',
    PATIENT,
    async () => {
      const judged = await startWith(
        { process: 'server', everyRequests: 1, type: 'leak heap', amount: 200 },
        { process: 'engine', everyRequests: 1, type: 'leak native memory', amount: 200 },
        { process: 'engine', everyRequests: 50, type: 'leak timers', amount: 0 },
      )
      const samples: Record<ProcessName, HoldingSample[]> = { server: [], engine: [] }
      for (let round = 1; round <= ROUNDS; round++) {
        await ask(judged, REQUESTS_PER_ROUND)
        for (const name of PROCESS_NAMES) {
          const holding = await judged.probe(name, 'holding')
          samples[name].push({ requestCount: round * REQUESTS_PER_ROUND, holding })
        }
      }
      const foundIn = (name: ProcessName) =>
        findLeaks(name, samples[name]).flatMap(({ what, violation }) => (violation ? [what] : []))
      expect(foundIn('server')).toEqual(['bytes of heap'])
      expect(foundIn('engine')).toEqual(['bytes outside of the heap', 'sockets, timers and the like'])
    },
  )
})

describe('a server that stands still', () => {
  it.each([
    ['works', 'server', 'spin'],
    ['sleeps', 'server', 'sleep'],
    ['works', 'engine', 'spin'],
    ['sleeps', 'engine', 'sleep'],
  ] as const)('is found while it %s for 300 ms in the %s', PATIENT, async (_, process, type) => {
    const judged = await startWith({ process, everyRequests: 60, type, amount: 300 })
    await ask(judged, 64)
    const places = new Set((await judged.findStalls()).map(({ where }) => where))
    expect([...places]).toEqual([`the event loop of the ${process}`])
  })

  it('is felt by those who ask for its health', PATIENT, async () => {
    const judged = await startWith({ process: 'server', everyRequests: 3, type: 'sleep', amount: 400 })
    const { url, processId } = judged.steady
    const watch = new HealthWatch(url, processId)
    await expect.poll(() => watch.take().length, { timeout: 60_000 }).toBeGreaterThan(0)
    await watch.stop()
  })

  it('is not one that has much to do, a little at a time', PATIENT, async () => {
    const judged = await startWith({ process: 'server', everyRequests: 1, type: 'spin', amount: 30 })
    await ask(judged, 40)
    expect(await judged.findStalls()).toEqual([])
  })

  it('is found when it does not stand up again', { timeout: 60_000 }, async () => {
    const judged = await startWith({ process: 'engine', everyRequests: 3, type: 'sleep', amount: 120_000 })
    void ask(judged, 8).catch(() => undefined)
    await expect
      .poll(() => judged.findStalls().then(() => 'answers', String), { timeout: 50_000 })
      .toMatch(/came to nothing/)
  })
})
