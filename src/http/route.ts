import type { Caller } from '../completion/caller.ts'
import type { ApiRequest } from './api-request.ts'
import type { ApiResponse } from './api-response.ts'
import type { ClientStyle } from './client-style.ts'
import type { RoutedRequest } from './request-context.ts'

/** The methods that routes have. */
export type Method = 'GET' | 'POST' | 'DELETE'

/** Identifies the caller of a request, or refuses it by throwing. Returns a promise only where it must wait. */
export type Guard = (request: ApiRequest) => Caller | Promise<Caller>

/** Responds to the requests of a route. */
export type Handler = (request: RoutedRequest) => ApiResponse | Promise<ApiResponse>

/** Who may use a route, and how it responds to them. */
export interface RouteAccess {
  readonly guard: Guard
  /** Whose clients the route is for: how its errors look, and which headers its responses have. */
  readonly clientStyleOf: (request: ApiRequest) => ClientStyle
  /** Whether web pages may ask which methods there are. */
  readonly allowBrowsers: boolean
  /** Headers of responses that depend on the caller. */
  readonly callerHeaders?: (caller: Caller) => Readonly<Record<string, string>> | undefined
}

/** What is done for one method of one path. */
export interface Route extends RouteAccess {
  readonly method: Method
  /**
   * A path. A segment `:name` stands for any one segment, and `:name{.+}` at the end for all that follow. In the log and
   * the metrics the route is known by its pattern.
   */
  readonly pattern: string
  readonly handler: Handler
}
