import { setTimeout as delay } from 'node:timers/promises'
import { checkResponse } from '../check-response.ts'
import { HttpCaller } from '../http-caller.ts'
import { type JudgedServer, PROCESS_NAMES } from '../judges/judged-server.ts'
import { forgetPeak, peakBytes } from '../judges/peak-memory.ts'
import { ThreadTimesReader, waitedBetween } from '../judges/thread-times.ts'
import { COMPLETE_ROUTE } from '../routes/complete-routes.ts'
import { MESSAGES_ROUTE } from '../routes/messages-routes.ts'
import { EMBEDDED_MODEL, EMBEDDED_SEQUENCES } from '../steady-server.ts'
import { Violation } from '../violation.ts'
import { checkFuzzedResponse } from './check-fuzzed-response.ts'
import type { HeavyInput } from './heavy-input.ts'

/** A response may take so long, and so much longer for each MiB of its request; and a short question after it. */
const MAX_RESPONSE_MS = 2_000
const MAX_RESPONSE_MS_PER_MIB = 1_000
const MAX_FRESH_MS = 2_000
/** Processor time of all threads: what hangs uses it up also where a busy machine makes others wait. */
const MAX_PROCESSOR_FACTOR = 2
/** The extra memory that a process may take for a while, and the factor for the bytes of the request. */
const MAX_PEAK_BYTES = 256 * 1024 * 1024
const MAX_PEAK_PER_BYTE = 48
/** Time in which a request is read before the next one is sent. */
const HEAD_START_MS = 50
/** One sequence is left for the short question. */
const OTHER_STREAMS = EMBEDDED_SEQUENCES - 1
/** A stream that does not end by itself. */
const ENDLESS = {
  output_config: {
    format: {
      type: 'json_schema',
      schema: { type: 'array', minItems: 256, items: { type: 'string', minLength: 1_000 } },
    },
  },
}
/** What takes longer hangs, even a body of 32 MiB and on a machine that has much else to do. */
const PATIENCE_MS = 60_000

/** Sends one large request at a time and looks at what it does to the server that others share. */
export class HeavyInputJudge {
  readonly #server: JudgedServer
  readonly #http: HttpCaller

  readonly #readers: readonly ThreadTimesReader[]

  constructor(server: JudgedServer) {
    this.#server = server
    const processIds = [process.pid, ...PROCESS_NAMES.map((name) => server.processId(name))]
    this.#readers = processIds.map((id) => new ThreadTimesReader(id))
    this.#http = new HttpCaller(server.steady.url, PATIENCE_MS)
  }

  /** @throws Violation when the input was too much for the server, or its response is none */
  async judge({ route, body: build, disconnectsAfterMs, isConcurrent = false }: HeavyInput): Promise<void> {
    const processIds = PROCESS_NAMES.map((name) => this.#server.processId(name))
    const body = build()
    const before = processIds.map((id) => peakAfterForgetting(id))
    try {
      const send = () => this.#send(route, body, disconnectsAfterMs)
      await (isConcurrent ? this.#sendConcurrently(send) : this.#countProcessorTime(route, body, send))
      await this.#askFreshly('a short question after it')
      for (const violation of await this.#server.findStalls()) throw violation
    } catch (error) {
      if (!this.#server.isRunning) throw new Violation('the server', 'its process ended', { cause: error })
      throw error instanceof Violation ? error : new Violation(route.name, String(error), { cause: error })
    }
    for (const [index, id] of processIds.entries()) {
      const [name, start, peak] = [PROCESS_NAMES[index], before[index] ?? 0, peakBytes(id) ?? 0]
      if (peak - start <= MAX_PEAK_BYTES + MAX_PEAK_PER_BYTE * body.length) continue
      throw new Violation(
        `the ${name}`,
        `it took ${mebibytes(peak - start)} MiB more for ${body.length} bytes`,
      )
    }
  }

  close(): void {
    this.#http.close()
    for (const reader of this.#readers) reader.close()
  }

  /** @throws Violation where a request took the processors too long */
  async #countProcessorTime(
    { name }: HeavyInput['route'],
    body: string,
    send: () => Promise<void>,
  ): Promise<void> {
    const beforeMs = await this.#server.processorMs()
    await send()
    const tookMs = (await this.#server.processorMs()) - beforeMs
    if (tookMs <= MAX_PROCESSOR_FACTOR * allowedMsOf(body)) return
    throw new Violation(name, `it took ${Math.round(tookMs)} ms of processors for ${body.length} bytes`)
  }

  async #send(route: HeavyInput['route'], body: string, disconnectsAfterMs: number | null): Promise<void> {
    const { path, headers } = route
    const allowedMs = allowedMsOf(body)
    const disconnecting = disconnectsAfterMs === null ? null : AbortSignal.timeout(disconnectsAfterMs)
    const { tookMs } = await this.#timed(async () => {
      try {
        const sent = {
          method: 'POST',
          path,
          headers,
          body,
          ...(disconnecting === null ? {} : { signal: disconnecting }),
        }
        const response = await this.#http.send(sent)
        if (process.env.DBG) console.log(response.status, response.body.slice(0, 200))
        if ('readWhole' in route) checkFuzzedResponse(route, response)
        else checkResponse(route.name, response, route.errors)
      } catch (error) {
        if (disconnecting === null || !disconnecting.aborted || error instanceof Violation) throw error
      }
    })
    if (tookMs > allowedMs)
      throw new Violation(route.name, `it took ${Math.round(tookMs)} ms for ${body.length} bytes`)
  }

  /** Whatever is asked, a stream that goes on must not make those wait who come after it. */
  async #sendConcurrently(send: () => Promise<void>): Promise<void> {
    const question = { text: 'Tell me a story.', modelId: EMBEDDED_MODEL, maxTokens: 1_900, temperature: 1 }
    const { path, headers } = MESSAGES_ROUTE
    const body = JSON.stringify({ ...MESSAGES_ROUTE.body(question, true), ...ENDLESS })
    const over = new AbortController()
    const streams = Array.from({ length: OTHER_STREAMS }, () => {
      let streamed: Promise<unknown> = Promise.resolve()
      const begun = new Promise<void>((begin) => {
        const sent = { method: 'POST', path, headers, body, signal: over.signal, onPiece: () => begin() }
        streamed = this.#http.send(sent).then(
          () => begin(),
          () => begin(),
        )
      })
      return { begun, ended: streamed }
    })
    await Promise.all(streams.map(({ begun }) => begun))
    const sent = send()
    await delay(HEAD_START_MS)
    const asked = this.#askFreshly('a short question beside it')
    await Promise.allSettled([sent, asked])
    over.abort()
    await Promise.all([sent, asked, ...streams.map(({ ended }) => ended)])
  }

  /** Whatever was asked, the engine is there for others. */
  async #askFreshly(where: string): Promise<void> {
    const question = { text: 'What is 2 + 3?', modelId: EMBEDDED_MODEL, maxTokens: 2, temperature: 0 }
    const { path, headers } = COMPLETE_ROUTE
    const body = JSON.stringify(COMPLETE_ROUTE.body(question, false))
    const { tookMs, result } = await this.#timed(() =>
      this.#http.send({ method: 'POST', path, headers, body }),
    )
    if (result.status !== 200)
      throw new Violation(where, `it got ${result.status}: ${result.body.slice(0, 200)}`)
    if (tookMs > MAX_FRESH_MS) throw new Violation(where, `it took ${Math.round(tookMs)} ms`)
  }

  /** Without the time in which one of those who take part waited for a processor. */
  async #timed<Result>(run: () => Promise<Result>): Promise<{ tookMs: number; result: Result }> {
    const [startedMs, before] = [performance.now(), this.#readers.map((reader) => reader.read())]
    const result = await run()
    const waits = this.#readers.map((reader, index) => waitedBetween(before[index] ?? null, reader.read()))
    return { tookMs: performance.now() - startedMs - waits.reduce((sum, ms) => sum + ms, 0), result }
  }
}

function allowedMsOf(body: string): number {
  return MAX_RESPONSE_MS + MAX_RESPONSE_MS_PER_MIB * (body.length / 2 ** 20)
}

function peakAfterForgetting(processId: number): number {
  forgetPeak(processId)
  return peakBytes(processId) ?? 0
}

function mebibytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20)
}
