import { type APIPromise, apiPromise } from './api-promise.ts'
import type { Completion } from './completion.ts'
import type {
  CompletionCreateParams,
  CompletionCreateParamsBase,
  CompletionCreateParamsNonStreaming,
  CompletionCreateParamsStreaming,
} from './completion-create-params.ts'
import { CompletionStream } from './completion-stream.ts'
import type { OutgoingRequest } from './outgoing-request.ts'
import { readJson } from './read-json.ts'
import type { RequestOptions } from './request-options.ts'
import type { SendRequest } from './unread-response.ts'

/** `client.completions`. */
export class Completions {
  readonly #send: SendRequest

  constructor(send: SendRequest) {
    this.#send = send
  }

  /**
   * Completes a prompt.
   *
   * @param params what to complete and how; a name that is not in the reference is refused by the server
   * @param options what this call has differently from its client
   * @returns the whole completion; with `stream: true` its events
   * @throws BadRequestError when a value is not allowed; its message names the field
   * @throws AuthenticationError when the API key is not accepted
   * @throws NotFoundError when the server does not serve the model
   * @throws RateLimitError, OverloadedError, InternalServerError after the last retry
   * @throws APIConnectionError, APIConnectionTimeoutError when the server cannot be reached or stays silent
   * @throws APIUserAbortError when the signal fired
   * @see the API's reference, Completions: create
   */
  create(params: CompletionCreateParamsNonStreaming, options?: RequestOptions): APIPromise<Completion>
  create(params: CompletionCreateParamsStreaming, options?: RequestOptions): APIPromise<CompletionStream>
  create(
    params: CompletionCreateParamsBase,
    options?: RequestOptions,
  ): APIPromise<Completion | CompletionStream>
  create(
    params: CompletionCreateParams | CompletionCreateParamsBase,
    options: RequestOptions = {},
  ): APIPromise<Completion | CompletionStream> {
    const unread = this.#send(completeRequest(params, options))
    return params.stream
      ? apiPromise(unread, (response) => new CompletionStream(response))
      : apiPromise(unread, readJson<Completion>)
  }
}

function completeRequest(params: CompletionCreateParamsBase, options: RequestOptions): OutgoingRequest {
  const { betas, ...body } = params
  const headers = {
    accept: params.stream ? 'text/event-stream' : 'application/json',
    'content-type': 'application/json',
    'anthropic-beta': betas?.length ? betas.join(',') : undefined,
  }
  return { method: 'POST', path: '/v1/complete', body, headers, options }
}
