import type { Caller } from '../completion/caller.ts'
import type { CompletionErrorCode } from '../completion/completion-error.ts'
import type { StopReason } from '../completion/completion-event.ts'
import type { UsageCost } from './price.ts'
import type { ServedApi, UsageRecord } from './usage-record.ts'
import type { UsageRow } from './usage-row.ts'

/** A request that no engine was asked to serve. */
export interface RefusedRequest {
  readonly requestId: string
  readonly caller: Caller
  readonly api: ServedApi
  /** The resolved id of the model; empty where it is not known yet. */
  readonly modelId: string
  readonly isStream: boolean
  /** HTTP status and code of the error. */
  readonly status: number
  readonly errorCode: string
  readonly totalMs: number
}

/** A row before its cost is known. */
export type UncostedRow = Omit<UsageRow, keyof UsageCost>

/** The path of each API; a program in this process uses none. */
const PATHS: Readonly<Record<ServedApi, string>> = {
  'text-completions': '/v1/complete',
  messages: '/v1/messages',
  'openai-chat-completions': '/v1/chat/completions',
  'openai-completions': '/v1/completions',
  'openai-responses': '/v1/responses',
  'in-process': '',
}

/** Stop reasons as Messages has them, whatever the API was. */
const STOP_REASONS: Readonly<Record<StopReason, string>> = {
  'end-of-generation': 'end_turn',
  'stop-sequence': 'stop_sequence',
  'max-tokens': 'max_tokens',
  'context-window': 'model_context_window_exceeded',
  'tool-call': 'tool_use',
  refusal: 'refusal',
}

/** Reports tell larger prompts apart. */
const LONG_CONTEXT_TOKENS = 200_000

/**
 * The row of a completion that reached an engine.
 *
 * @param at the time of its end, in milliseconds
 * @param statusOf the HTTP status of an error
 */
export function usageRowOf(
  record: UsageRecord,
  at: number,
  statusOf: (code: CompletionErrorCode) => number,
): UncostedRow {
  const { outcome, cacheReadTokens, cacheWrite5mTokens, cacheWrite1hTokens } = record
  const promptTokens = record.promptTokens ?? 0
  const cachedTokens = cacheReadTokens + cacheWrite5mTokens + cacheWrite1hTokens
  return {
    ...sharedColumns(record, at),
    serviceTier: record.serviceTier,
    engineModel: record.engineModel,
    contextWindow: promptTokens > LONG_CONTEXT_TOKENS ? '200k-1M' : '0-200k',
    uncachedInputTokens: Math.max(0, promptTokens - cachedTokens),
    cacheReadTokens,
    cacheWrite5mTokens,
    cacheWrite1hTokens,
    outputTokens: record.completionTokens,
    ...endingOf(outcome, statusOf),
    firstTokenMs: record.timeToFirstTokenMs === null ? null : Math.round(record.timeToFirstTokenMs),
    totalMs: Math.round(record.totalMs),
  }
}

/** The row of a request that was refused to a known key: it has no tokens. */
export function refusedRowOf(refused: RefusedRequest, at: number): UncostedRow {
  return {
    ...sharedColumns(refused, at),
    serviceTier: 'standard',
    engineModel: '',
    contextWindow: '0-200k',
    uncachedInputTokens: 0,
    cacheReadTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    outputTokens: 0,
    status: refused.status,
    outcome: 'refused',
    stopReason: null,
    errorCode: refused.errorCode,
    firstTokenMs: null,
    totalMs: Math.round(refused.totalMs),
  }
}

function sharedColumns(
  {
    requestId,
    caller,
    api,
    modelId,
    isStream,
  }: Pick<UsageRecord, 'requestId' | 'caller' | 'api' | 'modelId' | 'isStream'>,
  at: number,
) {
  return {
    requestId,
    at,
    workspaceId: caller.workspaceId,
    apiKeyId: caller.apiKeyId ?? '',
    actorId: caller.actorId,
    path: PATHS[api],
    product: caller.console === undefined ? 'messages_api' : 'claude_console',
    model: modelId,
    inferenceGeo: 'global',
    speed: 'standard',
    webSearches: 0,
    isStream: isStream ? 1 : 0,
    batchId: null,
  } as const
}

function endingOf(
  outcome: UsageRecord['outcome'],
  statusOf: (code: CompletionErrorCode) => number,
): Pick<UsageRow, 'status' | 'outcome' | 'stopReason' | 'errorCode'> {
  if (isStopReason(outcome))
    return { status: 200, outcome: 'completed', stopReason: STOP_REASONS[outcome], errorCode: null }
  return {
    status: statusOf(outcome),
    outcome: outcome === 'cancelled' ? 'cancelled' : 'failed',
    stopReason: null,
    errorCode: outcome,
  }
}

export function isStopReason(outcome: UsageRecord['outcome']): outcome is StopReason {
  return Object.hasOwn(STOP_REASONS, outcome)
}
