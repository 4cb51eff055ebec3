import { CompletionError } from '../../completion/completion-error.ts'
import { type CompletionEvent, textUnitsOf } from '../../completion/completion-event.ts'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import type { Engine } from '../../completion/engine.ts'
import { serveChoices } from '../../serving/serve-choices.ts'
import {
  type CompletionInput,
  type ServingDependencies,
  serveCompletion,
} from '../../serving/serve-completion.ts'
import type { Served } from '../../serving/served-completion.ts'
import type { ServedApi } from '../../usage/usage-record.ts'
import type { RefusedRequest } from '../../usage/usage-row-of.ts'
import { encodeJson } from '../../util/encode-json.ts'
import { describeError } from '../../wire/error-body.ts'
import type { ResponseFormat } from '../../wire/response-format.ts'
import { type ApiResponse, encodedJsonResponse } from '../api-response.ts'
import { CompletionReader, failureOf } from '../completion-reader.ts'
import { CompletionStreamBody } from '../completion-stream-body.ts'
import { testNameOf } from '../faults/request-faults.ts'
import { limitHeaders } from '../limit-headers.ts'
import type { RequestContext, RoutedRequest } from '../request-context.ts'
import { completionLogFields, errorCodeOf } from '../request-log.ts'
import type { Handler } from '../route.ts'

/** A request for a completion, checked. */
export type ParsedCompletion = CompletionInput & {
  /** Whether the response is to be streamed. */
  readonly stream: boolean
  /** Whether it may be served with priority; it may if this is omitted. */
  readonly allowsPriority?: boolean
  /** All completions of the response, of which `request` is the first; left out where there is one. */
  readonly choices?: readonly CompletionRequest[]
  /** How many of these each prompt has. */
  readonly choicesPerPrompt?: number
}

/** An API by which completions are requested. */
export interface CompletionApi<Parsed extends ParsedCompletion> {
  readonly name: ServedApi
  /**
   * Reads the headers and the body.
   *
   * @throws ApiError, CompletionError for what is wrong with them
   */
  parse(context: RoutedRequest): Promise<Parsed>
  /** How the completion is shown. */
  format(parsed: Parsed, served: Served): ResponseFormat
}

/** What the route of every completion needs. */
export interface CompletionRouteDependencies {
  readonly serving: ServingDependencies
  /** Called for each request that no engine was asked to serve. */
  readonly recordRefusal?: (refused: RefusedRequest) => void
  /** How long a stream may be silent before a ping is sent; {@link PING_INTERVAL_MS} if omitted. */
  readonly pingIntervalMs?: number
}

/** How long a stream is silent before a ping shows that it is alive. */
const PING_INTERVAL_MS = 10_000
/** What an event of a response that is collected counts as, besides its text. */
const HELD_BYTES_PER_EVENT = 128
/** Shorter responses do not count as held: a long completion must not fail for so little memory. */
const LONG_RESPONSE_BYTES = 1024 * 1024
/** Most code units of a response that is sent whole: it is written as JSON in one piece. No model writes as much. */
const MAX_WHOLE_RESPONSE_UNITS = 16 * 1024 * 1024

/** A completion and how it is shown. */
interface ShownCompletion {
  readonly context: RoutedRequest
  readonly served: Served
  readonly reader: CompletionReader
  readonly format: ResponseFormat
}

/** Serves completions by one API: parses, serves, and responds at once or with a stream. */
export function completionRoute<Parsed extends ParsedCompletion>(
  api: CompletionApi<Parsed>,
  dependencies: CompletionRouteDependencies,
): Handler {
  const { pingIntervalMs = PING_INTERVAL_MS } = dependencies
  return async function respondWithCompletion(context) {
    const { parsed, served } = await parseAndServe(api, context, dependencies)
    const { stream } = parsed
    const format = api.format(parsed, served)
    const reader = new CompletionReader(served.events, context.request)
    try {
      const shown = { context, served, reader, format }
      return stream ? await respondAsStream(shown, pingIntervalMs) : await respondWhole(shown)
    } finally {
      context.log.completion = completionLogFields(served.usage, stream)
    }
  }
}

async function parseAndServe<Parsed extends ParsedCompletion>(
  api: CompletionApi<Parsed>,
  context: RoutedRequest,
  { serving, recordRefusal }: CompletionRouteDependencies,
): Promise<{ readonly parsed: Parsed; readonly served: Served }> {
  const { request, requestId, caller, trace, faults } = context
  const startedMs = performance.now()
  const testName = testNameOf(request)
  let parsed: Parsed | undefined
  try {
    parsed = await api.parse(context)
    await faults?.parsed(parsed.request.modelId)
    const servingRequest = {
      requestId,
      caller,
      api: api.name,
      isStream: parsed.stream,
      allowsPriority: parsed.allowsPriority ?? true,
      trace,
      ...(testName === null ? {} : { testName }),
      input: parsed,
      ...(faults === null ? {} : { transformEngine: (engine: Engine) => faults.transformEngine(engine) }),
    }
    const { choices = [], choicesPerPrompt = 1 } = parsed
    const served =
      choices.length > 1
        ? await serveChoices({ servingRequest, choices, choicesPerPrompt }, request.signal, serving)
        : await serveCompletion(servingRequest, request.signal, serving)
    return { parsed, served }
  } catch (error) {
    // A client that disconnected was not refused.
    if (!request.signal.aborted) {
      recordRefusal?.({
        requestId,
        caller,
        api: api.name,
        modelId: parsed?.request.modelId ?? '',
        isStream: parsed?.stream ?? false,
        status: describeError(error).status,
        errorCode: errorCodeOf(error),
        totalMs: performance.now() - startedMs,
      })
    }
    throw error
  }
}

async function respondWhole({ context, served, reader, format }: ShownCompletion): Promise<ApiResponse> {
  const events: CompletionEvent[] = [await reader.start()]
  let units = 0
  let unheldBytes = 0
  while (events.at(-1)?.type !== 'completion-end') {
    const step = await reader.next()
    if (step.type !== 'events') throw failureOf(step)
    for (const event of step.events) {
      events.push(event)
      units += textUnitsOf(event)
      unheldBytes += HELD_BYTES_PER_EVENT + 2 * textUnitsOf(event)
    }
    if (units > MAX_WHOLE_RESPONSE_UNITS) {
      reader.cancel()
      throw new CompletionError('engine-failed', 'The model wrote more than can be sent whole. Stream it.')
    }
    if (unheldBytes < LONG_RESPONSE_BYTES) continue
    holdResponse(unheldBytes, context, reader)
    unheldBytes = 0
  }
  const response = encodedJsonResponse(await encodeJson(format.body(events), context.slices))
  return {
    ...response,
    headers: { ...response.headers, ...limitHeaders(served.limitStatus, context.clientStyle) },
  }
}

/** @throws CompletionError `overloaded` when there is no memory to collect the whole response */
function holdResponse(bytes: number, { memory }: RequestContext, reader: CompletionReader): void {
  try {
    memory.hold(bytes)
  } catch (error) {
    reader.cancel()
    throw error
  }
}

/**
 * Waits for the first event, so that a refusal has its own status. An engine that is silent for longer is waited for in the
 * stream, since clients and proxies close silent connections: a failure is then an event of the stream.
 */
async function respondAsStream(
  { context, served, reader, format }: ShownCompletion,
  pingIntervalMs: number,
): Promise<ApiResponse> {
  const firstEvent = reader.start()
  const isSilent = await isPendingAfter(pingIntervalMs, firstEvent)
  const start = isSilent ? firstEvent : await firstEvent
  const { log, requestId, request } = context
  const body = new CompletionStreamBody({
    reader,
    start,
    requestId,
    pingIntervalMs,
    writer: format.streamWriter(),
    signal: request.signal,
    onFailure: (error) => log.failed(error),
    onEnd() {
      log.completion = completionLogFields(served.usage, true)
    },
  })
  const headers = { ...STREAM_HEADERS, ...limitHeaders(served.limitStatus, context.clientStyle) }
  return { status: 200, headers, body }
}

/** @throws what the promise is rejected with in that time */
async function isPendingAfter(waitMs: number, promise: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const isOver = new Promise<true>((resolve) => {
    timer = setTimeout(resolve, waitMs, true)
  })
  try {
    return await Promise.race([isOver, promise.then(() => false)])
  } finally {
    clearTimeout(timer)
  }
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  // Proxies of the nginx family hold a stream back without it.
  'x-accel-buffering': 'no',
}
