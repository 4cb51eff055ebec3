import type { CompletionEvent } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import type { EngineCapabilities } from '../completion/engine.ts'
import type { Prompt } from '../completion/prompt.ts'
import type { ModelCatalog } from '../models/model-catalog.ts'
import type { ApiRules } from '../wire/api-rules.ts'
import type { Logger, RequestObserver } from './request-log.ts'

/**
 * What a server can do now: `loading` until its model answers, at first or again; `unresponsive` while the process of the
 * model does not answer, which may be over before it is ended; `draining` once the server is about to stop.
 */
export type Readiness = 'ready' | 'loading' | 'unresponsive' | 'draining'

/** What `GET /metrics` answers with. */
export interface MetricsEndpoint {
  readonly render: () => Promise<string>
  readonly contentType: string
  /** Those that may read it; when empty everybody may who reaches it. */
  readonly apiKeys: readonly string[]
  /** As {@link AppDependencies.allowedHosts}, for this route alone. */
  readonly allowedHosts: readonly string[] | null
}

/** What the application is given by the composition root. */
export interface AppDependencies {
  /**
   * Runs one completion. Its first event is pulled before anything is answered, so that what it throws until then
   * becomes a proper status.
   *
   * @throws CompletionError; see `Engine.generate`
   */
  readonly complete: (
    request: CompletionRequest,
    signal: AbortSignal,
  ) => AsyncIterable<readonly CompletionEvent[]>
  /**
   * Tokens of a prompt for a model, without completing it.
   *
   * @throws CompletionError; see `Engine.countTokens`
   */
  readonly countTokens: (modelId: string, prompt: Prompt, signal: AbortSignal) => Promise<number>
  /**
   * What the engine of a model can do.
   *
   * @throws CompletionError `overloaded` while it is loading
   */
  readonly capabilitiesOf: (modelId: string) => EngineCapabilities
  /**
   * Most tokens of prompt and completion together that a model can hold; infinite if its engine does not tell.
   *
   * @throws CompletionError `overloaded` while it is loading
   */
  readonly contextWindowOf: (modelId: string) => number
  readonly catalog: ModelCatalog
  readonly readiness: () => Readiness
  /** The accepted API keys; when empty any key is accepted, but still demanded. */
  readonly apiKeys: readonly string[]
  /** Whether what one key sent may be found again by another; else each has a `CacheScope` of its own. */
  readonly sharedCache: boolean
  /** Names by which the server may be called, besides those of the machine itself; null: any name. */
  readonly allowedHosts: readonly string[] | null
  /** A UUID: `anthropic-organization-id` of every response. */
  readonly organizationId: string
  /** What thoughts are signed with; they are known again as long as it stays the same. */
  readonly signatureSecret: string
  /** Most bytes that all requests together may hold. */
  readonly maxRequestMemoryBytes: number
  /** A shorter prefix that a caller wants cached is not, and nobody is told. */
  readonly minCachedTokens: number
  readonly rules: ApiRules
  /** One line for each request, and errors that were not the caller's. Never a prompt or a completion. */
  readonly logger: Logger
  /** Told of every request besides. */
  readonly requestObserver?: RequestObserver
  /** Without it there is no such route. */
  readonly metrics?: MetricsEndpoint
  /** Silence in a stream after which it is pinged, in milliseconds; {@link PING_INTERVAL_MS} when left out. */
  readonly pingIntervalMs?: number
}

/** How long a stream stays silent before a ping says that it is alive. */
export const PING_INTERVAL_MS = 10_000
