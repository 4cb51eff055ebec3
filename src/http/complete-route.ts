import type { CompletionEvent } from '../completion/completion-event.ts'
import { ApiError } from '../wire/api-error.ts'
import { parseCompleteParams } from '../wire/complete-params.ts'
import {
  type CompletionIdentity,
  completeResponse,
  newCompletionIdentity,
} from '../wire/complete-response.ts'
import { completeStreamWriter } from '../wire/complete-stream.ts'
import { completionEnding } from '../wire/completion-ending.ts'
import { parseJsonBody } from '../wire/json-body.ts'
import { type AppDependencies, PING_INTERVAL_MS } from './app-dependencies.ts'
import { eventStreamBody } from './event-stream-body.ts'
import { RequestBodyReader } from './request-body-reader.ts'
import type { RequestContext } from './request-context.ts'
import { RunningCompletion } from './running-completion.ts'

/** What an answer is made of. */
interface Answering {
  readonly context: RequestContext
  readonly completion: RunningCompletion
  readonly identity: CompletionIdentity
}

/** `POST /v1/complete`: read, start, and answer whole or as a stream. */
export function completeRoute(dependencies: AppDependencies) {
  const { catalog, rules, pingIntervalMs = PING_INTERVAL_MS } = dependencies
  const bodyReader = new RequestBodyReader()

  return async function complete(context: RequestContext): Promise<Response> {
    const { log, version } = context.var
    const body = await bodyReader.read(context.req.raw, parseJsonBody)
    const { request, stream } = parseCompleteParams(body, { version, catalog, rules })
    demandReadiness(dependencies)
    const completion = new RunningCompletion(dependencies.complete, request, context.req.raw.signal)
    const identity = newCompletionIdentity(version, request.modelId)
    try {
      await awaitStart(completion)
      const answering = { context, completion, identity }
      return stream ? answerAsStream(answering, pingIntervalMs) : await answerWhole(answering)
    } finally {
      log.completion = completion.logFields(stream)
    }
  }
}

function demandReadiness({ readiness }: AppDependencies): void {
  const now = readiness()
  if (now === 'loading') throw new ApiError('not-ready', 'Overloaded: the model is still loading')
  if (now === 'draining') throw new ApiError('not-ready', 'Overloaded: the server is about to stop')
}

/** The first event is awaited before anything is answered, so that a refusal gets its proper status. */
async function awaitStart(completion: RunningCompletion): Promise<void> {
  const event = await nextEvent(completion)
  if (event.type === 'completion-start') return
  completion.leave()
  throw new Error(`an engine began with ${event.type} in place of completion-start`)
}

async function answerWhole({ completion, identity }: Answering): Promise<Response> {
  let text = ''
  for (;;) {
    const event = await nextEvent(completion)
    if (event.type === 'text-delta') text += event.text
    if (event.type === 'completion-end') {
      return Response.json(completeResponse(identity, text, completionEnding(event)))
    }
  }
}

async function nextEvent(completion: RunningCompletion): Promise<CompletionEvent> {
  const step = await completion.next()
  if (step.type === 'event') return step.event
  const cause = step.type === 'failed' ? step.error : 'it ended twice'
  // hono takes only an Error for one.
  throw cause instanceof Error ? cause : new Error('a completion failed', { cause })
}

function answerAsStream({ context, completion, identity }: Answering, pingIntervalMs: number): Response {
  const { log, requestId } = context.var
  log.startStream()
  const body = eventStreamBody({
    completion,
    requestId,
    pingIntervalMs,
    writer: completeStreamWriter(identity),
    callerSignal: context.req.raw.signal,
    onFailure: (error) => log.failed(error),
    onEnd() {
      log.completion = completion.logFields(true)
      log.finish(context.req.path, STREAM_STATUS)
    },
  })
  return new Response(body, {
    status: STREAM_STATUS,
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      // Proxies of the nginx family hold a stream back without it.
      'x-accel-buffering': 'no',
    },
  })
}

const STREAM_STATUS = 200
