import type { Caller } from '../completion/caller.ts'
import { CompletionError } from '../completion/completion-error.ts'
import { WorkSlices } from '../util/work-slices.ts'
import { ApiError } from '../wire/api-error.ts'
import { newRequestId } from '../wire/completion-id.ts'
import type { ApiRequest } from './api-request.ts'
import { type ApiResponse, isStreaming, type ResponseBody } from './api-response.ts'
import { CLIENT_STYLES, type ClientStyle, clientStyleOfUnknown } from './client-style.ts'
import { errorResponse } from './error-response.ts'
import { type FaultInjection, mayBeStruck, RequestFaults } from './faults/request-faults.ts'
import { respondWithFaults } from './faults/respond-with-faults.ts'
import { fetchFrom } from './fetch-from.ts'
import { crossOriginHeaders, preflightResponse } from './guards/browser-access.ts'
import { type HostCheck, hostCheck } from './guards/host-check.ts'
import { readTraceContext } from './read-trace-context.ts'
import type { RequestContext } from './request-context.ts'
import { type Logger, RequestLog, type RequestObserver } from './request-log.ts'
import { RequestMemory } from './request-memory.ts'
import type { Route } from './route.ts'
import { allowedMethods, type FoundRoutes, type RouteTable, routeFor } from './route-table.ts'

/** What every request passes, whatever its route. */
export interface AppDependencies {
  readonly routes: RouteTable
  /** Names by which the server may be called, besides those of the machine itself; null: any name. */
  readonly allowedHosts: readonly string[] | null
  /** Whether web pages that opt in may read responses. */
  readonly allowBrowsers: boolean
  /** A UUID: `anthropic-organization-id` of every response. */
  readonly organizationId: string
  /** Most bytes that all requests together may hold. */
  readonly maxRequestMemoryBytes: number
  /** Counts the same bytes for several apps; by default each counts its own. */
  readonly requestMemory?: RequestMemory
  /** Gets one line for each request, and the server's own errors; never a prompt or a completion. */
  readonly logger: Logger
  readonly requestObserver?: RequestObserver
  /** What goes wrong on purpose. */
  readonly faults?: FaultInjection
}

/** A server without a port. */
export interface App {
  /** Responds to one request. Never rejects: every error is a response. */
  handle(request: ApiRequest): Promise<ApiResponse>
  /** The same for a web request. If the request's own signal fires it rejects with the signal's reason, as `fetch` does. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
}

/** Serves a table of routes. */
export function createApp(dependencies: AppDependencies): App {
  const { routes, allowBrowsers, organizationId, allowedHosts } = dependencies
  const checkHosts = allowedHosts === null ? anyHost : hostCheck(allowedHosts)
  const { maxRequestMemoryBytes, requestMemory: memory = new RequestMemory(maxRequestMemoryBytes) } =
    dependencies

  async function handle(request: ApiRequest): Promise<ApiResponse> {
    const found = routes.find(request.path)
    const context = createContext(request, found, memory, dependencies)
    const { status, headers, body, ...rest } = await respond(context, found, checkHosts, dependencies.faults)
    endWith(body, () => {
      context.log.finish(status)
      context.memory.release()
    })
    return {
      status,
      headers: {
        ...headers,
        'request-id': context.requestId,
        'anthropic-organization-id': organizationId,
        ...crossOriginHeaders(request.headers, allowBrowsers),
      },
      body: request.method === 'HEAD' ? withoutBody(body) : body,
      ...rest,
    }
  }
  return { handle, fetch: fetchFrom(handle) }
}

const anyHost: HostCheck = () => undefined

/** The route in the log of a request that has none. */
const NO_ROUTE = '/*'

function createContext(
  request: ApiRequest,
  found: FoundRoutes | null,
  memory: RequestMemory,
  { logger, requestObserver }: AppDependencies,
): RequestContext {
  const requestId = newRequestId()
  const trace = readTraceContext(request.headers)
  const traceIds = trace === null ? {} : { traceId: trace.traceId, spanId: trace.spanId }
  const identity = { requestId, method: request.method, route: found?.pattern ?? NO_ROUTE, ...traceIds }
  return {
    request,
    requestId,
    log: new RequestLog(identity, request.path, logger, requestObserver),
    memory: memory.open(),
    slices: new WorkSlices(request.signal),
    trace,
  }
}

async function respond(
  context: RequestContext,
  found: FoundRoutes | null,
  checkHosts: HostCheck,
  injection: FaultInjection | undefined,
): Promise<ApiResponse> {
  const { request, requestId } = context
  try {
    checkHosts(request.hosts)
    if (found === null) throw new ApiError('route-not-found', 'Not Found')
  } catch (error) {
    context.log.failed(error)
    return errorResponse(error, requestId, clientStyleFor(request, found))
  }
  const route = routeFor(found, request.method)
  return route === undefined ? otherMethod(context, found) : respondByRoute(route, found, context, injection)
}

async function respondByRoute(
  route: Route,
  { params }: FoundRoutes,
  context: RequestContext,
  injection: FaultInjection | undefined,
): Promise<ApiResponse> {
  const { request } = context
  const clientStyle = route.clientStyleOf(request)
  let styleHeaders: ApiResponse['headers'] = {}
  let response: ApiResponse
  try {
    const guarded = route.guard(request)
    const caller = guarded instanceof Promise ? await guarded : guarded
    context.log.identified(caller)
    styleHeaders = headersFor(caller, route, clientStyle)
    const faults =
      injection !== undefined && mayBeStruck(injection, request)
        ? new RequestFaults(injection, request, caller.apiKeyId)
        : null
    const respondTo = () => route.handler({ ...context, caller, params, clientStyle, faults })
    response = await (faults === null ? respondTo() : respondWithFaults(faults, clientStyle, respondTo))
  } catch (thrown) {
    const { aborted, reason } = request.signal
    // Work that ends because its client disconnected throws the signal's reason.
    const error = aborted && thrown === reason ? CompletionError.cancelled(thrown) : thrown
    if (error instanceof ApiError && error.caller !== null) context.log.identified(error.caller)
    context.log.failed(error)
    response = errorResponse(error, context.requestId, clientStyle)
  }
  return { ...response, headers: { ...response.headers, ...styleHeaders } }
}

/** What every response to an identified caller has, also an error. */
function headersFor(caller: Caller, route: Route, clientStyle: ClientStyle): ApiResponse['headers'] {
  const { responseHeaders } = CLIENT_STYLES[clientStyle]
  const callerHeaders = route.callerHeaders?.(caller)
  return callerHeaders === undefined ? responseHeaders : { ...responseHeaders, ...callerHeaders }
}

function otherMethod({ request, requestId, log }: RequestContext, found: FoundRoutes): ApiResponse {
  const allow = allowedMethods(found)
  if (request.method === 'OPTIONS') {
    const allowBrowsers = [...found.methods.values()].every((route) => route.allowBrowsers)
    return preflightResponse(request.headers, allow, allowBrowsers)
  }
  const error = new ApiError('method-not-allowed', 'Method Not Allowed')
  log.failed(error)
  const { status, headers, body } = errorResponse(error, requestId, clientStyleFor(request, found))
  return { status, headers: { ...headers, allow }, body }
}

/** Whose clients an error without a route is for: those of the path's other methods, if it has any. */
function clientStyleFor(request: ApiRequest, found: FoundRoutes | null): ClientStyle {
  const [route] = found?.methods.values() ?? []
  return route?.clientStyleOf(request) ?? clientStyleOfUnknown(request)
}

/** Calls back when the response has ended: at once, unless its body is still being made. */
function endWith(body: ResponseBody, onEnd: () => void): void {
  if (isStreaming(body)) void body.ended.then(onEnd)
  else onEnd()
}

function withoutBody(body: ResponseBody): null {
  if (isStreaming(body)) void body.cancel()
  return null
}
