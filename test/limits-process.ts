import { setTimeout as delay } from 'node:timers/promises'
import { ANONYMOUS_CALLER } from '../src/completion/caller.ts'
import { LimitError } from '../src/completion/limit-error.ts'
import { openLimits } from '../src/limits/open-limits.ts'
import { LIMITS_SCHEMA } from '../src/limits/settings.ts'
import { Instance } from '../src/state/instance.ts'
import { openState } from '../src/state/state.ts'

/**
 * An instance that asks for more than a limit allows from its parent's "start" to its "stop", and then sends the times of
 * what was admitted, by the database's clock. It is ready when it has seen all instances, and reports its progress.
 */
const [place = '', requestsPerMinute = '', instances = ''] = process.argv.slice(2)
const PROGRESS_INTERVAL_MS = 100
const state = await openState(place)
if (state === null) throw new Error('a place is not none')
const instance = new Instance(state, 'test')
await instance.start()
let grantedLeases = 0
const limits = openLimits({
  settings: LIMITS_SCHEMA.parse({ organization: { requestsPerMinute: Number(requestsPerMinute) } }),
  organizationId: 'org',
  resolveModel: (id) => id,
  hasModel: () => true,
  declaredKeys: [],
  shared: { state, instance },
  observer: {
    onRefusal: () => undefined,
    onLease(outcome) {
      if (outcome === 'granted') grantedLeases += 1
    },
  },
})
await limits.reload()
while (instance.liveInstances < Number(instances)) await delay(50)

let isRunning = true
const stopped = new Promise<void>((resolve) => {
  process.on('message', (message) => {
    if (message !== 'stop') return
    isRunning = false
    resolve()
  })
})
const started = new Promise<void>((resolve) => process.once('message', () => resolve()))
process.send?.({ kind: 'ready' })
await started
const startedMs = performance.now()
const reporting = setInterval(
  () => process.send?.({ kind: 'progress', seconds: (performance.now() - startedMs) / 1_000, grantedLeases }),
  PROGRESS_INTERVAL_MS,
)

const admittedAtMs: number[] = []
let refused = 0
let longestMs = 0

async function ask(): Promise<boolean> {
  const askedAtMs = performance.now()
  try {
    await limits.admission.admit({
      caller: ANONYMOUS_CALLER,
      modelId: 'm',
      allowsPriority: true,
      promptUnits: () => 0,
    })
    admittedAtMs.push(instance.nowMs())
    return true
  } catch (error) {
    if (!(error instanceof LimitError)) throw error
    refused += 1
    return false
  } finally {
    longestMs = Math.max(longestMs, performance.now() - askedAtMs)
  }
}

while (isRunning) {
  const asks = await Promise.all(Array.from({ length: 8 }, ask))
  if (!asks.includes(true)) await delay(5)
}
await stopped
clearInterval(reporting)
process.send?.({ kind: 'report', admittedAtMs, refused, longestMs })
await limits.close()
await instance.stop()
await state.close()
process.disconnect()
