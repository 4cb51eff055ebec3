import type { Caller } from '../completion/caller.ts'
import { CodedError } from '../util/coded-error.ts'

/**
 * Every way in which a request can fail before it is a completion: what HTTP and its headers can get wrong.
 *
 * - `unauthenticated`: no API key, or not one of ours
 * - `cross-origin-refused`: a browser sent it without opting in
 * - `console-request-refused`: a browser that has logged in sent it, but perhaps not for a page of this server
 * - `workspace-refused`: its key is not for the workspace that it names
 * - `scope-missing`: its key may not do this
 * - `host-refused`: it was sent to a name that is not this server's
 * - `invalid-header`: a header of the API is missing or holds an unknown value
 * - `malformed-http`: the bytes are no HTTP request
 * - `malformed-json`: the body is not JSON
 * - `body-encoding-unsupported`: the body is compressed
 * - `request-too-large`: the body is larger than the limit
 * - `request-timed-out`: the request did not arrive in time
 * - `timed-out`: the response took too long
 * - `thread-refused`: the server is asked to keep a conversation, which it does not
 * - `batch-not-found`: the workspace has no such message batch, or no longer has its results
 * - `file-not-found`: the workspace has no such file
 * - `file-expired`: its time is over
 * - `file-not-downloadable`: it was uploaded, and the server does not give such files out
 * - `storage-quota-exceeded`: there is no more room for files
 * - `skill-not-found`: the workspace has no such skill, or it has no such version
 * - `prompt-not-found`: the workspace has no such saved prompt, or it has no such version
 * - `route-not-found`, `method-not-allowed`: nothing is served there
 */
export type ApiErrorCode =
  | 'unauthenticated'
  | 'cross-origin-refused'
  | 'console-request-refused'
  | 'workspace-refused'
  | 'scope-missing'
  | 'host-refused'
  | 'invalid-header'
  | 'malformed-http'
  | 'malformed-json'
  | 'body-encoding-unsupported'
  | 'request-too-large'
  | 'request-timed-out'
  | 'timed-out'
  | 'thread-refused'
  | 'batch-not-found'
  | 'file-not-found'
  | 'file-expired'
  | 'file-not-downloadable'
  | 'storage-quota-exceeded'
  | 'skill-not-found'
  | 'prompt-not-found'
  | 'route-not-found'
  | 'method-not-allowed'

/** A request that never became a completion. */
export class ApiError extends CodedError<ApiErrorCode> {
  override readonly name = 'ApiError'
  #caller: Caller | null = null

  /** Whose request it was, if its key is known and may not do this. */
  get caller(): Caller | null {
    return this.#caller
  }

  /** The same error, of a caller who is known. */
  sentBy(caller: Caller | null): this {
    this.#caller = caller
    return this
  }
}
