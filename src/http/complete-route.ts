import type { CompletionRequest } from '../completion/completion-request.ts'
import { ApiError } from '../wire/api-error.ts'
import { type ApiVersion, parseApiVersion } from '../wire/api-version.ts'
import { parseCompleteParams } from '../wire/complete-params.ts'
import { completeResponse, newCompletionIdentity } from '../wire/complete-response.ts'
import { completeStreamWriter } from '../wire/complete-stream.ts'
import { completionEnding } from '../wire/completion-ending.ts'
import { parseJsonBody } from '../wire/json-body.ts'
import { type AppDependencies, PING_INTERVAL_MS } from './app-dependencies.ts'
import { eventStreamBody } from './event-stream-body.ts'
import { RequestBodyReader } from './request-body-reader.ts'
import type { RequestContext } from './request-context.ts'
import { type CompletionStep, RunningCompletion } from './running-completion.ts'

/** `POST /v1/complete`: read, start, and answer whole or as a stream. */
export function completeRoute(dependencies: AppDependencies) {
  const bodyReader = new RequestBodyReader()

  return async function complete(context: RequestContext): Promise<Response> {
    const version = parseApiVersion(context.req.header('anthropic-version') ?? null)
    const body = await bodyReader.read(context.req.raw, parseJsonBody)
    const { catalog, rules } = dependencies
    const { request, stream } = parseCompleteParams(body, { version, catalog, rules })
    demandReadiness(dependencies)
    const completion = await startCompletion(context, dependencies, request)
    return stream
      ? answerAsStream(context, dependencies, completion, version, request)
      : answerWhole(context, completion, version, request)
  }
}

function demandReadiness({ readiness }: AppDependencies): void {
  const now = readiness()
  if (now === 'loading') throw new ApiError('not-ready', 'Overloaded: the model is still loading')
  if (now === 'draining') throw new ApiError('not-ready', 'Overloaded: the server is about to stop')
}

/** Pulls the first event before anything is answered, so that a refusal gets its proper status. */
async function startCompletion(
  context: RequestContext,
  dependencies: AppDependencies,
  request: CompletionRequest,
): Promise<RunningCompletion> {
  const completion = new RunningCompletion(dependencies.complete, request, context.req.raw.signal)
  const start = await completion.next()
  if (start.type === 'failed') throwFailure(context, completion, start)
  if (start.type === 'event' && start.event.type === 'completion-start') return completion
  completion.leave()
  throw new Error('an engine began with another event than its start')
}

async function answerWhole(
  context: RequestContext,
  completion: RunningCompletion,
  version: ApiVersion,
  request: CompletionRequest,
): Promise<Response> {
  let text = ''
  for (;;) {
    const step = await completion.next()
    if (step.type === 'failed') throwFailure(context, completion, step)
    if (step.type === 'ended') throw new Error('a completion ended twice')
    if (step.event.type === 'text-delta') text += step.event.text
    if (step.event.type === 'completion-end') {
      context.var.log.completion = completion.logFields(false)
      const identity = newCompletionIdentity(version, request.modelId)
      return Response.json(completeResponse(identity, text, completionEnding(step.event)))
    }
  }
}

function throwFailure(
  context: RequestContext,
  completion: RunningCompletion,
  failure: Extract<CompletionStep, { type: 'failed' }>,
): never {
  context.var.log.completion = completion.logFields(false)
  // What is no error would not be caught as one further up.
  throw failure.error instanceof Error ? failure.error : new Error('engine failed', { cause: failure.error })
}

function answerAsStream(
  context: RequestContext,
  dependencies: AppDependencies,
  completion: RunningCompletion,
  version: ApiVersion,
  request: CompletionRequest,
): Response {
  const { log, requestId } = context.var
  log.startStream()
  const body = eventStreamBody(
    {
      completion,
      requestId,
      writer: completeStreamWriter(newCompletionIdentity(version, request.modelId)),
      pingIntervalMs: dependencies.pingIntervalMs ?? PING_INTERVAL_MS,
      onFailure: (error) => log.failed(error),
      onEnd() {
        log.completion = completion.logFields(true)
        log.finish('/v1/complete', 200)
      },
    },
    context.req.raw.signal,
  )
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      // Proxies of the nginx family hold a stream back without it.
      'x-accel-buffering': 'no',
    },
  })
}
