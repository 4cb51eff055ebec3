import type { Caller } from '../completion/caller.ts'
import type { TraceContext } from '../completion/trace-context.ts'
import type { WorkSlices } from '../util/work-slices.ts'
import type { ApiRequest } from './api-request.ts'
import type { ClientStyle } from './client-style.ts'
import type { RequestFaults } from './faults/request-faults.ts'
import type { RequestLog } from './request-log.ts'
import type { HeldMemory } from './request-memory.ts'

/** A request, and what the server keeps of it until its response has ended. */
export interface RequestContext {
  readonly request: ApiRequest
  /** The value of the header `request-id`, and of `request_id` in an error's body. */
  readonly requestId: string
  readonly log: RequestLog
  readonly memory: HeldMemory
  /** The time that reading it takes in the event loop. */
  readonly slices: WorkSlices
  /** Null where the request belongs to no trace. */
  readonly trace: TraceContext | null
}

/** A request that a route accepted. */
export interface RoutedRequest extends RequestContext {
  readonly caller: Caller
  readonly clientStyle: ClientStyle
  /** The parts of the path that the route names, decoded. */
  readonly params: Readonly<Record<string, string>>
  /** What is to go wrong on purpose; null where nothing may. */
  readonly faults: RequestFaults | null
}
