import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { LoadConnection, type RequestOutcome } from './load-connection.ts'
import type { ClosedLoopJob, FixedRateJob, HeldJob, LoadJob, LoadResult, LoadTarget } from './load-job.ts'

/** Most concurrent requests of a fixed rate; a slower server has failed the rate. */
const MAX_IN_FLIGHT = 2_000
/** Connections that a fixed rate opens first. */
const FIRST_CONNECTIONS = 64

/** Collects outcomes. */
class LoadTally {
  readonly #startedMs = performance.now()
  readonly #startedCpu = process.cpuUsage()
  readonly #totalMs: number[] = []
  readonly #firstTextMs: number[] = []
  #cancelled = 0
  #failed = 0
  #tokens = 0
  #firstFailure: string | null = null

  add(outcome: RequestOutcome): void {
    if (outcome.type === 'completed') {
      this.#totalMs.push(outcome.totalMs)
      this.#firstTextMs.push(outcome.firstTextMs)
      this.#tokens += outcome.tokens
    } else if (outcome.type === 'cancelled') {
      this.#cancelled += 1
    } else {
      this.#failed += 1
      this.#firstFailure ??= outcome.reason
    }
  }

  result(): LoadResult {
    const elapsedMs = performance.now() - this.#startedMs
    const { user, system } = process.cpuUsage(this.#startedCpu)
    return {
      elapsedMs,
      completed: this.#totalMs.length,
      cancelled: this.#cancelled,
      failed: this.#failed,
      tokens: this.#tokens,
      firstFailure: this.#firstFailure,
      totalMs: this.#totalMs,
      firstTextMs: this.#firstTextMs,
      generatorShare: (user + system) / 1000 / elapsedMs,
    }
  }
}

/** Runs one job to its end. */
export function runLoadJob(job: LoadJob): Promise<LoadResult> {
  switch (job.type) {
    case 'closed-loop':
      return runClosedLoop(job)
    case 'fixed-rate':
      return runFixedRate(job)
    case 'held':
      return runHeld(job)
  }
}

async function runClosedLoop(job: ClosedLoopJob): Promise<LoadResult> {
  const connections = await openConnections(job.target, job.connections)
  const tally = new LoadTally()
  let next = 0
  async function work(connection: LoadConnection): Promise<void> {
    while (next < job.requests) {
      const index = next++
      const isCancelled = job.cancelEvery > 0 && index % job.cancelEvery === 0
      tally.add(await connection.request(index, isCancelled))
    }
  }
  await Promise.all(connections.map(work))
  const result = tally.result()
  for (const connection of connections) connection.close()
  return result
}

async function runFixedRate(job: FixedRateJob): Promise<LoadResult> {
  const connections = await openConnections(job.target, FIRST_CONNECTIONS)
  const tally = new LoadTally()
  const startedMs = performance.now()
  const responses: Promise<void>[] = []
  for (let sent = 0; sent < job.requests; ) {
    const due = Math.floor(((performance.now() - startedMs) * job.requestsPerSecond) / 1000)
    for (; sent < Math.min(due, job.requests); sent++) {
      const connection = idleConnection(connections, job)
      if (connection === null) tally.add({ type: 'failed', reason: `more than ${MAX_IN_FLIGHT} wait` })
      else responses.push(connection.request(sent, false).then((outcome) => tally.add(outcome)))
    }
    await delay(1)
  }
  await Promise.all(responses)
  const result = tally.result()
  for (const connection of connections) connection.close()
  return result
}

async function runHeld({ targets, connectionsEach }: HeldJob): Promise<LoadResult> {
  const connections = (
    await Promise.all(targets.map((target) => openConnections(target, connectionsEach)))
  ).flat()
  const tally = new LoadTally()
  await Promise.all(connections.map(async (connection) => tally.add(await connection.request(0, false))))
  const result = tally.result()
  for (const connection of connections) connection.close()
  return result
}

function idleConnection(connections: LoadConnection[], { target }: FixedRateJob): LoadConnection | null {
  const idle = connections.find((connection) => connection.isIdle)
  if (idle !== undefined) return idle
  if (connections.length >= MAX_IN_FLIGHT) return null
  const added = new LoadConnection(target)
  connections.push(added)
  return added
}

async function openConnections(target: LoadTarget, count: number): Promise<LoadConnection[]> {
  const connections = Array.from({ length: count }, () => new LoadConnection(target))
  await Promise.all(connections.map((connection) => connection.open()))
  return connections
}
