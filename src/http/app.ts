import { performance } from 'node:perf_hooks'
import { CompletionError } from '../completion/completion-error.ts'
import { CacheLedger } from '../conversation/cache-ledger.ts'
import { WorkSlices } from '../util/work-slices.ts'
import { refuseUnknownBetas } from '../wire/anthropic-beta.ts'
import { ApiError } from '../wire/api-error.ts'
import { parseApiVersion } from '../wire/api-version.ts'
import { newRequestId } from '../wire/completion-id.ts'
import type { ApiRequest } from './api-request.ts'
import type { ApiResponse } from './api-response.ts'
import type { AppDependencies } from './app-dependencies.ts'
import { errorResponse } from './error-response.ts'
import { fetchFrom } from './fetch-from.ts'
import { apiKeyAuth } from './guards/api-key-auth.ts'
import { checkBrowserAccess, crossOriginHeaders, preflightResponse } from './guards/browser-access.ts'
import { UNKNOWN_CALLER } from './guards/caller.ts'
import { guardByClient } from './guards/guard-by-client.ts'
import { type HostCheck, hostCheck } from './guards/host-check.ts'
import { openAiGuard } from './guards/openai-guard.ts'
import { readTraceContext } from './read-trace-context.ts'
import type { Guard, Handler, RequestContext } from './request-context.ts'
import { RequestLog } from './request-log.ts'
import { RequestMemory } from './request-memory.ts'
import { type FoundRoute, RouteTable } from './route-table.ts'
import { chatCompletionsRoute } from './routes/chat-completions-route.ts'
import { completeRoute } from './routes/complete-route.ts'
import { countTokensRoute } from './routes/count-tokens-route.ts'
import { healthRoute } from './routes/health-route.ts'
import { messagesRoute } from './routes/messages-route.ts'
import { metricsRoute } from './routes/metrics-route.ts'
import { listModelsRoute, retrieveModelRoute } from './routes/models-routes.ts'
import { textCompletionsRoute } from './routes/text-completions-route.ts'

/** A server without a port. */
export interface App {
  /** Answers one request. It never rejects: every error is an answer. */
  handle(request: ApiRequest): Promise<ApiResponse>
  /** The same for a web request; one whose own signal fired rejects with the signal's reason, as `fetch` does. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
}

/** The routes of the API, as one handler from request to answer. */
export function createApp(dependencies: AppDependencies): App {
  const routes = createRoutes(dependencies)
  const { rules, organizationId, allowedHosts } = dependencies
  const checkHosts = allowedHosts === null ? anyHost : hostCheck(allowedHosts)
  const memory = new RequestMemory(dependencies.maxRequestMemoryBytes)

  async function handle(request: ApiRequest): Promise<ApiResponse> {
    const found = routes.find(request.path)
    const context = createContext(request, found, { ...dependencies, memory })
    const { status, headers, body } = await handleRoute(context, found, checkHosts)
    // A stream goes on, and with it all that was made of its request.
    if (body === null || typeof body === 'string') context.memory.release()
    context.log.responded(status)
    return {
      status,
      headers: {
        ...headers,
        ...context.responseHeaders,
        'request-id': context.requestId,
        'anthropic-organization-id': organizationId,
        ...crossOriginHeaders(context, rules.allowBrowsers),
      },
      body: request.method === 'HEAD' ? null : body,
    }
  }
  return { handle, fetch: fetchFrom(handle) }
}

const anyHost: HostCheck = () => undefined

function createRoutes(dependencies: AppDependencies): RouteTable {
  const { metrics, rules } = dependencies
  const claude = apiGuard(dependencies)
  const openAi = openAiGuard(dependencies)
  const either = guardByClient(claude, openAi)
  const cacheLedger = new CacheLedger(() => performance.now())
  const routes = new RouteTable()
  const { allowBrowsers } = rules
  const get = (pattern: string, guard: Guard | null, handler: Handler) =>
    routes.add({ pattern, method: 'GET', guard, handler, allowBrowsers })
  const post = (pattern: string, guard: Guard, handler: Handler) =>
    routes.add({ pattern, method: 'POST', guard, handler, allowBrowsers })

  get('/health', null, healthRoute(dependencies))
  if (metrics) {
    const handler = metricsRoute(metrics)
    routes.add({ pattern: '/metrics', method: 'GET', guard: null, handler, allowBrowsers: false })
  }
  post('/v1/complete', claude, completeRoute(dependencies))
  post('/v1/messages', claude, messagesRoute(dependencies, cacheLedger))
  post('/v1/messages/count_tokens', claude, countTokensRoute(dependencies))
  post('/v1/chat/completions', openAi, chatCompletionsRoute(dependencies))
  post('/v1/completions', openAi, textCompletionsRoute(dependencies))
  get('/v1/models', either, listModelsRoute(dependencies))
  get('/v1/models/:id{.+}', either, retrieveModelRoute(dependencies))
  return routes
}

/** What a request that no route is for is called in the log. */
const NO_ROUTE = '/*'

function createContext(
  request: ApiRequest,
  found: FoundRoute | null,
  { logger, requestObserver, memory }: AppDependencies & { readonly memory: RequestMemory },
): RequestContext {
  const requestId = newRequestId()
  const trace = readTraceContext(request.headers)
  const traceIds = trace === null ? {} : { traceId: trace.traceId, spanId: trace.spanId }
  const route = found?.route.pattern ?? NO_ROUTE
  const identity = { requestId, method: request.method, route, ...traceIds }
  return {
    request,
    pathRest: found?.pathRest ?? '',
    requestId,
    log: new RequestLog(identity, logger, requestObserver),
    memory: memory.open(),
    slices: new WorkSlices(request.signal),
    trace,
    clientStyle: 'claude',
    version: '2023-06-01',
    responseHeaders: {},
  }
}

async function handleRoute(
  context: RequestContext,
  found: FoundRoute | null,
  checkHosts: HostCheck,
): Promise<ApiResponse> {
  try {
    checkHosts(context.request.hosts)
    if (found === null) throw new ApiError('route-not-found', 'Not Found')
    const { route } = found
    const { method } = context.request
    if (method !== route.method && (method !== 'HEAD' || route.method !== 'GET')) {
      return otherMethod(context, found)
    }
    const caller = route.guard === null ? UNKNOWN_CALLER : route.guard(context)
    return await route.handler(context, caller)
  } catch (thrown) {
    const error = leftOr(thrown, context.request.signal)
    context.log.failed(error)
    return errorResponse(error, context.requestId, context.clientStyle)
  }
}

/** Work that ends because its caller left throws the signal's reason. */
function leftOr(error: unknown, { aborted, reason }: AbortSignal): unknown {
  return aborted && error === reason ? CompletionError.cancelled(reason) : error
}

function otherMethod({ request, requestId, log }: RequestContext, { route }: FoundRoute): ApiResponse {
  const allow = route.method === 'GET' ? 'GET, HEAD' : route.method
  if (request.method === 'OPTIONS') return preflightResponse(request.headers, allow, route.allowBrowsers)
  const error = new ApiError('method-not-allowed', 'Method Not Allowed')
  log.failed(error)
  const { status, headers, body } = errorResponse(error, requestId)
  return { status, headers: { ...headers, allow }, body }
}

/** Before every route of the API, in the real API's order: the browser, the key, the version, the betas. */
function apiGuard({ apiKeys, sharedCache, rules }: AppDependencies): Guard {
  const checkApiKey = apiKeyAuth(apiKeys, { sharedCache })
  return function apiGuard(context) {
    const { headers } = context.request
    checkBrowserAccess(headers, rules.allowBrowsers)
    const caller = checkApiKey(headers)
    context.version = parseApiVersion(headers.get('anthropic-version'))
    if (rules.refuseUnknownBetas) refuseUnknownBetas(headers.get('anthropic-beta'))
    return caller
  }
}
