import type { TraceContext } from '../completion/trace-context.ts'
import type { WorkSlices } from '../util/work-slices.ts'
import type { ApiVersion } from '../wire/api-version.ts'
import type { ApiRequest } from './api-request.ts'
import type { ApiResponse } from './api-response.ts'
import type { Caller } from './guards/caller.ts'
import type { RequestLog } from './request-log.ts'
import type { HeldMemory } from './request-memory.ts'

/** The two families of clients. */
export type ClientStyle = 'claude' | 'openai'

/** What every handler knows about its request. */
export interface RequestContext {
  readonly request: ApiRequest
  /** What of the path the route leaves open; empty where it leaves nothing. */
  readonly pathRest: string
  /** Value of the header `request-id`, and of `request_id` in an error's body. */
  readonly requestId: string
  readonly log: RequestLog
  /** What is held of it in memory, until its answer has ended. */
  readonly memory: HeldMemory
  /** The time that reading it takes in the event loop. */
  readonly slices: WorkSlices
  /** Null where the request belongs to no trace. */
  readonly trace: TraceContext | null
  /** Whose clients the route is for; how its errors look goes by that. */
  clientStyle: ClientStyle
  /** Of the header `anthropic-version`, on the routes that demand one; else the usual one. */
  version: ApiVersion
  /** Headers of the answer that no single route decides about, errors included. */
  readonly responseHeaders: Record<string, string>
}

/** What stands before a route: says who the caller is, or refuses by throwing. */
export type Guard = (context: RequestContext) => Caller

/** What answers the requests of a route. */
export type Handler = (context: RequestContext, caller: Caller) => ApiResponse | Promise<ApiResponse>
