import type { Context, Env } from 'hono'
import type { ApiVersion } from '../wire/api-version.ts'
import type { RequestLog } from './request-log.ts'

/** What every handler knows about its request besides the request itself. */
export interface RequestVariables {
  /** Value of the header `request-id`, and of `request_id` in an error's body. */
  readonly requestId: string
  readonly log: RequestLog
  /** Of the header `anthropic-version`; set on the routes that demand one. */
  readonly version: ApiVersion
}

/** The application's type for hono. */
export interface AppEnv extends Env {
  readonly Variables: RequestVariables
}

/** hono's context in this application. */
export type RequestContext = Context<AppEnv>
