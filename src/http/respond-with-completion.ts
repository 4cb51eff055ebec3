import { type CompletionEvent, type CompletionStart, textUnitsOf } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import type { ResponseFormat } from '../wire/response-format.ts'
import { type ApiResponse, jsonResponse } from './api-response.ts'
import { type AppDependencies, PING_INTERVAL_MS } from './app-dependencies.ts'
import { EventStreamBody } from './event-stream-body.ts'
import type { Caller } from './guards/caller.ts'
import type { RequestContext } from './request-context.ts'
import { failureOf, RunningCompletion } from './running-completion.ts'

/** A request that was read and checked, and how its answer is shown. */
export interface ParsedRequest {
  readonly context: RequestContext
  readonly caller: Caller
  readonly request: CompletionRequest
  /** Whether the answer is to be streamed. */
  readonly stream: boolean
  readonly format: ResponseFormat
}

/** What an event of an answer that is gathered is counted as, besides its text. */
const HELD_BYTES_PER_EVENT = 128
/** Shorter answers are not counted as held: a completion that has run for long is not to fail for want of so little. */
const LONG_ANSWER_BYTES = 1024 * 1024

/** What an answer is made of. */
interface PendingResponse extends ParsedRequest {
  readonly completion: RunningCompletion
  readonly start: CompletionStart
}

/**
 * Runs a completion and answers with it, whole or as a stream. Every route that completes something ends here.
 *
 * @throws CompletionError whatever went wrong before the answer began; see `Engine.generate`
 */
export async function respondWithCompletion(
  checked: ParsedRequest,
  dependencies: AppDependencies,
): Promise<ApiResponse> {
  const { context, caller, stream } = checked
  const { trace } = context
  const { cacheScope } = caller
  const request = { ...checked.request, cacheScope, ...(trace === null ? {} : { trace }) }
  const completion = new RunningCompletion(dependencies.complete, request, context.request)
  try {
    const start = await completion.start()
    const sending = { ...checked, completion, start }
    return stream
      ? respondAsStream(sending, dependencies.pingIntervalMs ?? PING_INTERVAL_MS)
      : await respondWhole(sending)
  } finally {
    context.log.completion = completion.logFields(stream)
  }
}

async function respondWhole({ context, completion, start, format }: PendingResponse): Promise<ApiResponse> {
  const events: CompletionEvent[] = [start]
  let unheldBytes = 0
  while (events.at(-1)?.type !== 'completion-end') {
    const step = await completion.next()
    if (step.type !== 'events') throw failureOf(step)
    for (const event of step.events) {
      events.push(event)
      unheldBytes += HELD_BYTES_PER_EVENT + 2 * textUnitsOf(event)
    }
    if (unheldBytes < LONG_ANSWER_BYTES) continue
    holdAnswer(unheldBytes, context, completion)
    unheldBytes = 0
  }
  return jsonResponse(format.body(events))
}

/** @throws CompletionError `overloaded` when there is no memory for the whole of an answer */
function holdAnswer(bytes: number, { memory }: RequestContext, completion: RunningCompletion): void {
  try {
    memory.hold(bytes)
  } catch (error) {
    completion.cancel()
    throw error
  }
}

function respondAsStream(
  { context, completion, start, format }: PendingResponse,
  pingIntervalMs: number,
): ApiResponse {
  const { log, requestId } = context
  log.startStream()
  const body = new EventStreamBody({
    completion,
    start,
    requestId,
    pingIntervalMs,
    writer: format.streamWriter(),
    callerSignal: context.request.signal,
    onFailure: (error) => log.failed(error),
    onEnd() {
      log.completion = completion.logFields(true)
      log.finish(STREAM_STATUS)
      context.memory.release()
    },
  })
  return { status: STREAM_STATUS, headers: STREAM_HEADERS, body }
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  // Proxies of the nginx family hold a stream back without it.
  'x-accel-buffering': 'no',
}
const STREAM_STATUS = 200
