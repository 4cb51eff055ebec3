import { performance } from 'node:perf_hooks'
import { Hono } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { H } from 'hono/types'
import { CacheLedger } from '../completion/cache-ledger.ts'
import { refuseUnknownBetas } from '../wire/anthropic-beta.ts'
import { ApiError } from '../wire/api-error.ts'
import { parseApiVersion } from '../wire/api-version.ts'
import { newRequestId } from '../wire/completion-id.ts'
import { apiKeyAuth } from './api-key-auth.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { checkBrowserAccess, crossOriginHeaders, preflightResponse } from './browser-access.ts'
import { chatCompletionsRoute } from './chat-completions-route.ts'
import { completeRoute } from './complete-route.ts'
import { countTokensRoute } from './count-tokens-route.ts'
import { errorResponse } from './error-response.ts'
import { guardByClient } from './guard-by-client.ts'
import { healthRoute } from './health-route.ts'
import { messagesRoute } from './messages-route.ts'
import { metricsRoute } from './metrics-route.ts'
import { listModelsRoute, retrieveModelRoute } from './models-routes.ts'
import { openAiGuard } from './openai-guard.ts'
import { readTraceContext } from './read-trace-context.ts'
import { RequestBodyReader } from './request-body-reader.ts'
import type { AppEnv, RequestContext } from './request-context.ts'
import { RequestLog } from './request-log.ts'
import { textCompletionsRoute } from './text-completions-route.ts'

/** A server without a port. */
export interface App {
  /**
   * Answers one request. It never rejects but for a request whose own signal fired: then with the signal's reason, as
   * `fetch` does.
   */
  fetch(request: Request): Promise<Response>
}

type Next = () => Promise<void>

/** The routes of the API, as one handler from request to response. */
export function createApp(dependencies: AppDependencies): App {
  const { metrics, rules } = dependencies
  const guard = apiGuard(dependencies)
  const openAi = openAiGuard(dependencies)
  const eitherGuard = guardByClient(guard, openAi)
  const bodyReader = new RequestBodyReader()
  const cacheLedger = new CacheLedger(() => performance.now())
  const app = new Hono<AppEnv>()
  const serve = (path: string, method: 'GET' | 'POST', ...handlers: H[]) => {
    app.on(method, [path], ...handlers)
    app.all(path, otherMethods(method === 'GET' ? 'GET, HEAD' : method, rules.allowBrowsers))
  }

  app.use(everyRequest(dependencies))
  serve('/health', 'GET', healthRoute(dependencies))
  if (metrics) {
    app.get('/metrics', metricsRoute(metrics))
    app.all('/metrics', otherMethods('GET, HEAD', false))
  }
  serve('/v1/complete', 'POST', guard, completeRoute(dependencies, bodyReader))
  serve('/v1/messages', 'POST', guard, messagesRoute(dependencies, bodyReader, cacheLedger))
  serve('/v1/messages/count_tokens', 'POST', guard, countTokensRoute(dependencies, bodyReader))
  serve('/v1/chat/completions', 'POST', openAi, chatCompletionsRoute(dependencies, bodyReader))
  serve('/v1/completions', 'POST', openAi, textCompletionsRoute(dependencies, bodyReader))
  serve('/v1/models', 'GET', eitherGuard, listModelsRoute(dependencies))
  serve('/v1/models/:id{.+}', 'GET', eitherGuard, retrieveModelRoute(dependencies))
  app.notFound((context) =>
    errorResponse(new ApiError('route-not-found', 'Not Found'), context.var.requestId),
  )
  app.onError((error, context) => answerError(error, context))

  return {
    async fetch(request) {
      const response = await app.fetch(request)
      if (request.signal.aborted && response.status === CANCELLED_STATUS) throw request.signal.reason
      return response
    },
  }
}

const CANCELLED_STATUS = 499

/** Around every route: the request's id, the headers that every response has, and the line in the log. */
function everyRequest({ logger, requestObserver, organizationId, rules }: AppDependencies) {
  return async function everyRequest(context: RequestContext, next: Next): Promise<void> {
    const requestId = newRequestId()
    const route = matchedRoutes(context).at(-1)?.path ?? ''
    const trace = readTraceContext(context.req.raw.headers)
    const traceIds = trace === null ? {} : { traceId: trace.traceId, spanId: trace.spanId }
    const identity = { requestId, method: context.req.method, route, ...traceIds }
    const log = new RequestLog(identity, logger, requestObserver)
    context.set('requestId', requestId)
    context.set('log', log)
    context.set('trace', trace)
    context.set('clientStyle', 'claude')
    await next()
    const { headers, status } = context.res
    headers.set('request-id', requestId)
    headers.set('anthropic-organization-id', organizationId)
    for (const [name, value] of crossOriginHeaders(context, rules.allowBrowsers)) {
      headers.set(name, value)
    }
    log.answered(status)
  }
}

/** Before every route of the API, in the real API's order: the browser, the key, the version, the betas. */
function apiGuard({ apiKeys, rules }: AppDependencies) {
  const checkApiKey = apiKeyAuth(apiKeys)
  return async function apiGuard(context: RequestContext, next: Next): Promise<void> {
    const { headers } = context.req.raw
    checkBrowserAccess(headers, rules.allowBrowsers)
    checkApiKey(headers)
    context.set('version', parseApiVersion(headers.get('anthropic-version')))
    if (rules.refuseUnknownBetas) refuseUnknownBetas(headers.get('anthropic-beta'))
    await next()
  }
}

function otherMethods(allow: string, allowBrowsers: boolean) {
  return function otherMethods(context: RequestContext): Response {
    const { method, headers } = context.req.raw
    if (method === 'OPTIONS') return preflightResponse(headers, allow, allowBrowsers)
    const error = new ApiError('method-not-allowed', 'Method Not Allowed')
    const response = errorResponse(error, context.var.requestId)
    response.headers.set('allow', allow)
    return response
  }
}

function answerError(error: unknown, context: RequestContext): Response {
  const { log, requestId, clientStyle } = context.var
  log.failed(error)
  return errorResponse(error, requestId, clientStyle)
}
