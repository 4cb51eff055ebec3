import type { Caller } from './caller.ts'

/** How a request is served: with the share of the limits that is kept for some workspaces, without it, or in a message batch. */
export type ServiceTier = 'standard' | 'priority' | 'batch'

/** A request that wants to be served. */
export interface AdmissionRequest {
  readonly caller: Pick<Caller, 'workspaceId' | 'apiKeyId' | 'actorId'>
  /** The resolved id of the model. */
  readonly modelId: string
  /** Whether it may be served with priority, where its workspace has it. */
  readonly allowsPriority: boolean
  /** The size of its prompt in UTF-16 code units; only called where a limit needs it. */
  readonly promptUnits: () => number
}

/** What a request has used up to now. */
export interface UsedTokens {
  /** Null as long as the engine has not counted the prompt. */
  readonly promptTokens: number | null
  /** Those of the prompt that are charged as read from the cache. */
  readonly cacheReadTokens: number
  readonly completionTokens: number
}

/** A limit as the headers of a response show it. */
export interface LimitFigure {
  readonly limit: number
  readonly remaining: number
  /** When all of it is available again, in milliseconds of the epoch. */
  readonly fullAtMs: number
}

/** What limits are measured in, as far as headers show them. */
export type ShownMeasure =
  | 'requests'
  | 'tokens'
  | 'inputTokens'
  | 'outputTokens'
  | 'priorityInputTokens'
  | 'priorityOutputTokens'

/** The tightest limit of each measure; those without a limit are missing. */
export type LimitStatus = Readonly<Partial<Record<ShownMeasure, LimitFigure>>>

/** A request that was admitted: it holds its share of the limits. */
export interface AdmittedRequest {
  readonly serviceTier: ServiceTier
  /** Charges what was used since the last call. */
  use(used: UsedTokens): void
  /** Charges money, in nano-dollars; the cost is only asked for where a limit needs it. */
  spend(costOf: () => number): void
  /** Ends its share of a limit of concurrency. Later calls change nothing. */
  release(): void
  status(): LimitStatus
}

/**
 * Admits a request, or refuses it by throwing. Returns a promise only where it must wait.
 *
 * @throws LimitError
 */
export type Admit = (request: AdmissionRequest) => AdmittedRequest | Promise<AdmittedRequest>
