/** The thread of a {@link HealthWatch}: an event loop that does nothing but ask, and so is never late itself. */

import { Agent, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { HealthWatchData, SlowHealth } from './health-watch.ts'
import { ThreadTimesReader, waitedBetween } from './thread-times.ts'

const PERIOD_MS = 50
const { url, processId, maxMs, patienceMs } = workerData as HealthWatchData
/** This thread's is one of the others in its process. */
const readers = [processId, process.pid].map((id) => new ThreadTimesReader(id))
const agent = new Agent({ keepAlive: true, maxSockets: 1 })

function ask(): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(new URL('/health', url), { agent }, (response) => {
      response.resume().once('end', () => resolve(`answered with ${response.statusCode}`))
    })
    sent.setTimeout(patienceMs, () => sent.destroy(new Error('not answered')))
    sent.once('error', (error) => resolve(error.message))
    sent.end()
  })
}

for (;;) {
  const startedMs = performance.now()
  const before = readers.map((reader) => reader.read())
  const outcome = await ask()
  const waits = readers.map((reader, index) => waitedBetween(before[index] ?? null, reader.read()))
  const waited = waits.reduce((sum, ms) => sum + ms, 0)
  const tookMs = performance.now() - startedMs - waited
  if (tookMs > maxMs) {
    parentPort?.postMessage({
      tookMs: Math.round(tookMs),
      waitedMs: Math.round(waited),
      outcome,
    } satisfies SlowHealth)
  }
  await delay(PERIOD_MS)
}
