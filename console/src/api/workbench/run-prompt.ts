import { createParser } from 'eventsource-parser'
import { ApiFailure } from '../api-failure.ts'
import { fetchApi, isAbort } from '../call-api.ts'
import { EMPTY_OUTPUT, type Output, withEvent } from './output.ts'
import type { PromptRequest } from './prompt-request.ts'

/** How far a run is, and what has come of it. */
export interface Run {
  readonly state: 'running' | 'done' | 'stopped' | 'failed'
  readonly output: Output
  readonly failure: ApiFailure | null
  readonly requestId: string | null
  /** From sending the request to the first piece of output. */
  readonly firstTokenMs: number | null
  readonly totalMs: number
}

export const STARTED_RUN: Run = {
  ...{
    state: 'running',
    output: EMPTY_OUTPUT,
    failure: null,
    requestId: null,
    firstTokenMs: null,
    totalMs: 0,
  },
}

/**
 * Sends a request and follows its stream. Never rejects: an error is the end of the run.
 *
 * @param onChange gets the run whenever more has come
 */
export async function runPrompt(
  { path, body }: PromptRequest,
  signal: AbortSignal,
  onChange: (run: Run) => void,
): Promise<Run> {
  const startMs = performance.now()
  let run = STARTED_RUN
  const change = (changed: Partial<Run>) => {
    run = { ...run, ...changed, totalMs: performance.now() - startMs }
    onChange(run)
  }
  try {
    const streamed = { ...body, stream: true }
    const response = await fetchApi(path, { method: 'POST', body: streamed, isWireBody: true, signal })
    change({ requestId: response.headers.get('request-id') })
    for await (const events of readEvents(response)) {
      const output = events.reduce(withEvent, run.output)
      const isFirst = run.firstTokenMs === null && output.pieces > 0
      change({ output, ...(isFirst ? { firstTokenMs: performance.now() - startMs } : {}) })
    }
    change({ state: 'done' })
  } catch (thrown) {
    if (isAbort(thrown) || signal.aborted) change({ state: 'stopped' })
    else {
      const failure = ApiFailure.from(thrown)
      change({ state: 'failed', failure, requestId: failure.requestId ?? run.requestId })
    }
  }
  return run
}

/** The data of the events of a stream, together as they arrive. */
export async function* readEvents(response: Response): AsyncGenerator<readonly string[]> {
  let arrived: string[] = []
  const parser = createParser({ onEvent: ({ data }) => void arrived.push(data) })
  const decoder = new TextDecoder()
  const reader = response.body?.getReader()
  if (reader === undefined) return
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    parser.feed(decoder.decode(chunk.value, { stream: true }))
    if (arrived.length > 0) yield arrived
    arrived = []
  }
}

/** A shorter time says nothing about speed. */
const SHORTEST_MEASURED_MS = 20

/** Output tokens a second, from the first one on; null before there are two. */
export function tokensPerSecond({ output, firstTokenMs, totalMs }: Run): number | null {
  const tokens =
    output.outputTokens !== null && output.stopReason !== null ? output.outputTokens : output.pieces
  const ms = totalMs - (firstTokenMs ?? totalMs)
  return tokens < 2 || ms < SHORTEST_MEASURED_MS ? null : ((tokens - 1) * 1000) / ms
}
