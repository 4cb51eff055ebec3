import { callerOfStoredKey } from '../accounts/caller-of-stored-key.ts'
import type { CallerSettings } from '../accounts/known-key-of.ts'
import { type Attempt, MAX_ATTEMPTS } from '../batches/batch-runner.ts'
import type { ClaimedRequest } from '../batches/claim.ts'
import type { RequestResult } from '../batches/store-results.ts'
import { CompletionError } from '../completion/completion-error.ts'
import { isStreaming } from '../http/api-response.ts'
import type { State } from '../state/state.ts'
import { journalLine } from '../usage/journal-line.ts'
import type { PriceTable } from '../usage/price-table.ts'
import { refusedRowOf, type UncostedRow, usageRowOf } from '../usage/usage-row-of.ts'
import { erroredJson, failedJson, succeededJson } from '../wire/batches/result-line.ts'
import { describeError } from '../wire/error-body.ts'
import type { BatchApp, BatchResponse } from './batch-app.ts'

export interface RunBatchRequestOptions extends CallerSettings {
  readonly app: BatchApp
  readonly state: State
  readonly prices: Pick<PriceTable, 'costOf'>
  readonly nowMs: () => number
}

/** What a result calls the response. */
const RESULT_FIELDS = {
  '/v1/messages': 'message',
  '/v1/complete': 'completion',
  '/v1/completions': 'completion',
} as const satisfies Record<ClaimedRequest['path'], string>

const STREAMED = new CompletionError('invalid-request', 'stream: requests of a batch cannot be streamed')

/** Tokens of requests that fail are not charged. */
const NO_TOKENS = {
  uncachedInputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  outputTokens: 0,
}

/** Runs a request of a batch once. */
export async function runBatchRequest(
  request: ClaimedRequest,
  signal: AbortSignal,
  options: RunBatchRequestOptions,
): Promise<Attempt> {
  const { app, state } = options
  const caller = await callerOfStoredKey(state, request, options)
  const responded = await app.respond(request, caller, signal)
  const { status, body } = responded.response
  if (signal.aborted || status === 429 || status === 503 || status === 529) return 'busy'
  if (status >= 500 && request.attempts < MAX_ATTEMPTS) return 'failed'
  if (body === null) throw new Error('a request of a batch had a response without a body')
  if (isStreaming(body)) {
    await body.cancel()
    return {
      ending: 'errored',
      json: failedJson(STREAMED),
      usageLine: usageLineOf(responded, request.batchId, options),
    }
  }
  const isSuccess = status === 200
  return {
    ending: isSuccess ? 'succeeded' : 'errored',
    json: isSuccess ? succeededJson(body, RESULT_FIELDS[request.path]) : erroredJson(body),
    usageLine: usageLineOf(responded, request.batchId, options),
  }
}

/** The result of a request whose every try ended the engine, or the server. */
export function exhaustedResult(): RequestResult {
  const error = new CompletionError('engine-failed', `The request failed ${MAX_ATTEMPTS} times.`)
  return {
    ending: 'errored',
    json: failedJson(error),
    usageLine: null,
  }
}

function usageLineOf(
  { used, refused }: BatchResponse,
  batchId: string,
  { prices, nowMs }: RunBatchRequestOptions,
): string | null {
  let row: UncostedRow
  if (used !== null)
    row = usageRowOf(used, nowMs(), (code) => describeError(new CompletionError(code, '')).status)
  else if (refused !== null) row = { ...refusedRowOf(refused, nowMs()), serviceTier: 'batch' }
  else return null
  const charged = row.status === 200 ? row : { ...row, ...NO_TOKENS }
  const ofBatch: UncostedRow = { ...charged, product: 'message_batches_api', batchId }
  return journalLine({ ...ofBatch, ...prices.costOf(ofBatch) })
}
