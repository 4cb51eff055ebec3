import { setTimeout as delay } from 'node:timers/promises'
import type { HoldingSample } from '../judges/find-leaks.ts'
import type { JudgedServer, ProcessName } from '../judges/judged-server.ts'
import { counted, counting } from '../obeying-model.ts'
import { readMetrics, type Sample, sumOf } from '../read-metrics.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import {
  EMBEDDED_ENGINE,
  EMBEDDED_MODEL,
  EMBEDDED_QUEUE,
  EMBEDDED_SEQUENCES,
  KNOWN_RESPONSES,
  UPSTREAM_MODELS,
  UPSTREAM_REQUESTS,
} from '../steady-server.ts'
import { Violation } from '../violation.ts'
import { type Asked, ask } from './ask.ts'
import type { Caller } from './scenario.ts'

/** What left a moment ago may be busy for so long. */
const REST_PATIENCE_MS = 15_000
/** How long a processor is watched, and how much of that an engine without work may use. */
const WATCH_MS = 400
const RESTING_SHARE = 0.1
/** A fresh request waits for nothing; this leaves room for a busy machine. */
const FRESH_PATIENCE_MS = 5_000

/** Violations that were found while the server was idle. */
export interface Quiet {
  readonly freshMs: number
  /** What each process held, after how many requests of its own. */
  readonly samples: Readonly<Record<ProcessName, HoldingSample>>
}

/**
 * Checks what must hold when every request has ended: nothing is working, a fresh request is answered at once
 * and rightly, and there is room for as many as ever.
 *
 * @param requestCount of the server, so far
 * @throws Violation
 */
export async function checkQuiet(server: JudgedServer, caller: Caller, requestCount: number): Promise<Quiet> {
  const { upstream } = server.steady
  await restOf('the upstream', async () => upstream.running.value === 0)
  await restOf('the engine', () => isResting(server))
  await restOf('the server, by its own metrics', () => isIdle(caller))
  const freshMs = await askFreshly(caller)
  await fill(caller, 'the embedded engine', EMBEDDED_SEQUENCES + EMBEDDED_QUEUE, () => embedded(0))
  for (const modelId of UPSTREAM_MODELS) {
    await fill(caller, modelId, UPSTREAM_REQUESTS, () => across(modelId))
  }
  const engineRequestCount = await countEngineRequests(caller)
  // Its own connections would count.
  caller.http.close()
  return {
    freshMs,
    samples: {
      server: { requestCount, holding: await server.probe('server', 'holding') },
      engine: { requestCount: engineRequestCount, holding: await server.probe('engine', 'holding') },
    },
  }
}

async function restOf(name: string, isResting: () => Promise<boolean>): Promise<void> {
  const untilMs = performance.now() + REST_PATIENCE_MS
  while (!(await isResting())) {
    if (performance.now() > untilMs) {
      throw new Violation(name, `it still worked ${REST_PATIENCE_MS / 1000} s after the last request ended`)
    }
    await delay(50)
  }
}

/** An engine that decodes uses a processor; one whose sequences are all free uses none. */
async function isResting(server: JudgedServer): Promise<boolean> {
  const beforeMs = await server.probe('engine', 'processorMs')
  await delay(WATCH_MS)
  const afterMs = await server.probe('engine', 'processorMs')
  return afterMs - beforeMs < WATCH_MS * RESTING_SHARE
}

/** Gauges that are zero where nothing is under way. */
const IDLE_GAUGES = [
  'continuo_sequences_busy',
  'continuo_queue_length',
  'continuo_upstream_requests_in_flight',
] as const

async function isIdle(caller: Caller): Promise<boolean> {
  const samples = await scrape(caller)
  // The one that asks.
  const isAlone = sumOf(samples, 'continuo_http_requests_in_flight') === 1
  return isAlone && IDLE_GAUGES.every((name) => sumOf(samples, name) === 0)
}

/** Completions that the embedded engine worked on, or began to. */
async function countEngineRequests(caller: Caller): Promise<number> {
  const samples = await scrape(caller)
  const countOf = (labels: Record<string, string>) =>
    sumOf(samples, 'continuo_completions_total', { engine: EMBEDDED_ENGINE, ...labels }) ?? 0
  return countOf({}) - countOf({ outcome: 'overloaded' })
}

async function scrape(caller: Caller): Promise<Sample[]> {
  const response = await caller.http.send({ method: 'GET', path: '/metrics', headers: { 'x-api-key': 'K' } })
  caller.keep(response, false)
  return readMetrics(response.body)
}

async function askFreshly(caller: Caller): Promise<number> {
  const startedMs = performance.now()
  const outcome = await ask(caller, embedded(0))
  const freshMs = Math.round(performance.now() - startedMs)
  if (outcome !== 'completed') throw new Violation('a fresh request', `it was ${outcome}`)
  if (freshMs > FRESH_PATIENCE_MS) throw new Violation('a fresh request', `it took ${freshMs} ms`)
  return freshMs
}

/** As many at once as there is room for: one that is refused shows that room was lost. */
async function fill(caller: Caller, name: string, capacity: number, question: () => Asked): Promise<void> {
  const outcomes = await Promise.all(Array.from({ length: capacity }, () => ask(caller, question())))
  const refused = outcomes.filter((outcome) => outcome !== 'completed').length
  if (refused > 0)
    throw new Violation(name, `${refused} of ${capacity} requests were refused; there is room for all`)
}

function embedded(index: number): Asked {
  const [text, expectedText] = KNOWN_RESPONSES[index] ?? ['', '']
  return {
    ...routeAndForm(),
    question: { text, modelId: EMBEDDED_MODEL, maxTokens: 48, temperature: 0 },
    expectedText,
  }
}

function across(modelId: string): Asked {
  const question = { text: counting(20), modelId, maxTokens: 100, temperature: 1 }
  return { ...routeAndForm(), question, expectedText: counted(20) }
}

function routeAndForm(): Pick<Asked, 'route' | 'stream'> {
  const [route] = COMPLETING_ROUTES
  if (route === undefined) throw new Error('no route completes prompts')
  return { route, stream: false }
}
