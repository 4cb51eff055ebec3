import type { Context, Env } from 'hono'
import type { TraceContext } from '../completion/trace-context.ts'
import type { ApiVersion } from '../wire/api-version.ts'
import type { RequestLog } from './request-log.ts'

/** The two families of clients. */
export type ClientStyle = 'claude' | 'openai'

/** What every handler knows about its request besides the request itself. */
export interface RequestVariables {
  /** Value of the header `request-id`, and of `request_id` in an error's body. */
  readonly requestId: string
  readonly log: RequestLog
  /** Null where the request belongs to no trace. */
  readonly trace: TraceContext | null
  /** Whose clients the route is for; how its errors look goes by that. */
  readonly clientStyle: ClientStyle
  /** Of the header `anthropic-version`; set on the routes that demand one. */
  readonly version: ApiVersion
}

/** The application's type for hono. */
export interface AppEnv extends Env {
  readonly Variables: RequestVariables
}

/** hono's context in this application. */
export type RequestContext = Context<AppEnv>
