import type { CompletionEvent } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import type { ModelCatalog } from '../models/model-catalog.ts'
import type { EngineDirectory } from '../serving/engine-directory.ts'
import type { ApiRules } from '../wire/api-rules.ts'
import type { Logger, RequestObserver } from './request-log.ts'

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
  readonly engines: EngineDirectory
  readonly catalog: ModelCatalog
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
