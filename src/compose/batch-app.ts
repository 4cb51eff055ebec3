import { randomUUID } from 'node:crypto'
import type { KnownKey, KnownKeys } from '../accounts/known-keys.ts'
import type { ClaimedRequest } from '../batches/claim.ts'
import type { AdmittedRequest } from '../completion/admission.ts'
import { type Caller, DEFAULT_WORKSPACE_ID } from '../completion/caller.ts'
import type { ApiRequest } from '../http/api-request.ts'
import type { ApiResponse } from '../http/api-response.ts'
import type { App } from '../http/app.ts'
import type { UsageRecord } from '../usage/usage-record.ts'
import type { RefusedRequest } from '../usage/usage-row-of.ts'
import { checkBatchParams } from '../wire/batches/batch-request-params.ts'
import { type ComposeAppOptions, composeApp } from './compose-app.ts'

/** What the app of batches shares with that of the port. */
export type SharedAppOptions = Omit<
  ComposeAppOptions,
  | 'keys'
  | 'access'
  | 'admit'
  | 'checkRecording'
  | 'recordUsage'
  | 'recordRefusal'
  | 'messageBatches'
  | 'admin'
  | 'console'
  | 'metrics'
>

/** The response to a request of a batch, and what it used; null where it did not come to that. */
export interface BatchResponse {
  readonly response: ApiResponse
  readonly used: UsageRecord | null
  readonly refused: RefusedRequest | null
}

/** The limits of requests do not hold for those of batches, which wait until there is room. */
const BATCH_ADMISSION: AdmittedRequest = {
  serviceTier: 'batch',
  use: () => undefined,
  spend: () => undefined,
  release: () => undefined,
  status: () => ({}),
}

/**
 * The API without a port, for requests of batches: the same code responds to them as to others, so that errors and texts
 * are the same. Their usage is handed to the caller in place of the journal.
 */
export class BatchApp {
  readonly #app: App
  readonly #keys = new Map<string, KnownKey>()
  readonly #used = new Map<string, UsageRecord>()
  readonly #refused = new Map<string, RefusedRequest>()

  /** @param observe is called with the usage of each request, for metrics */
  constructor(options: SharedAppOptions, observe: (record: UsageRecord) => void) {
    const keys: KnownKeys = {
      find: (secret) => this.#keys.get(secret) ?? null,
      workspaceId: () => DEFAULT_WORKSPACE_ID,
      isMember: () => false,
      shownWorkspaceId: () => null,
    }
    const { app } = composeApp({
      ...options,
      keys,
      access: 'keys',
      admit: () => BATCH_ADMISSION,
      checkMessagesBody: checkBatchParams,
      recordUsage: (record) => {
        this.#used.set(record.requestId, record)
        observe(record)
      },
      recordRefusal: (refused) => void this.#refused.set(refused.requestId, refused),
    })
    this.#app = app
  }

  /** Responds to a request of a batch as if `caller` had sent it. */
  async respond(
    { params, version, betas, path }: Pick<ClaimedRequest, 'params' | 'version' | 'betas' | 'path'>,
    caller: Caller,
    signal: AbortSignal,
  ): Promise<BatchResponse> {
    // A secret for this one request, which no other can know.
    const secret = randomUUID()
    this.#keys.set(secret, { kind: 'api', isActive: true, workspaceId: caller.workspaceId, caller })
    const key = path === '/v1/completions' ? { authorization: `Bearer ${secret}` } : { 'x-api-key': secret }
    const headers = new Headers({ ...key, 'anthropic-version': version })
    if (betas !== '') headers.set('anthropic-beta', betas)
    try {
      const response = await this.#app.handle(requestOf(path, params, headers, signal))
      return { response, ...this.#takeRecords(response.headers['request-id'] ?? '') }
    } finally {
      this.#keys.delete(secret)
    }
  }

  #takeRecords(requestId: string): Pick<BatchResponse, 'used' | 'refused'> {
    const used = this.#used.get(requestId) ?? null
    const refused = this.#refused.get(requestId) ?? null
    this.#used.delete(requestId)
    this.#refused.delete(requestId)
    return { used, refused }
  }
}

function requestOf(
  path: ClaimedRequest['path'],
  body: Uint8Array,
  headers: Headers,
  signal: AbortSignal,
): ApiRequest {
  const cancelling = new AbortController()
  return {
    method: 'POST',
    path,
    query: '',
    headers,
    hosts: [],
    signal: AbortSignal.any([signal, cancelling.signal]),
    cancel: () => cancelling.abort(),
    async readBody(take) {
      await take(body)
    },
  }
}
