import type { PromptFormat } from '../engines/llama/chat/prompt-renderer.ts'
import type { LlamaEngineSettings } from '../engines/llama/llama-engine-settings.ts'
import type { UpstreamEngineSettings } from '../engines/upstream/dialects/dialects.ts'
import type { LogFormat, LogLevel } from '../logging/settings.ts'
import type { ApiRules } from '../wire/api-rules.ts'

/** A model in this process. */
export interface LlamaEngineConfig {
  readonly type: 'llama'
  readonly settings: LlamaEngineSettings
  /** Null chooses by the model's file. */
  readonly format: PromptFormat | null
}

/** A model on the other side of HTTP. */
export interface UpstreamEngineConfig {
  readonly type: 'upstream'
  readonly settings: UpstreamEngineSettings
}

/** One engine. */
export type EngineConfig = LlamaEngineConfig | UpstreamEngineConfig

/** Which engine answers for a model id. */
export interface ModelConfig {
  readonly engine: string
  readonly displayName?: string
}

/** Who may read `/metrics`: whoever has a key, everybody who reaches the server, or nobody. */
export type MetricsAccess = 'key' | 'open' | 'off'

/** What is shown of the measurements. */
export interface MetricsConfig {
  readonly access: MetricsAccess
  /** Keys that open `/metrics` and nothing else. Where there is none, those of the API open it. */
  readonly apiKeys: readonly string[]
  /** Names by which it may be asked for, besides those of the machine itself; null: any that is allowed at all. */
  readonly allowedHosts: readonly string[] | null
}

/** Everything that can be said about a server, complete and checked. */
export interface Config {
  readonly host: string
  readonly port: number
  /** When empty any key is accepted, but still demanded. */
  readonly apiKeys: readonly string[]
  /** Whether keys may find again what others sent: prefixes in KV caches, and accounts of prompt caching. */
  readonly sharedCache: boolean
  /** Names by which the server may be called, besides those of the machine itself; null: any name. */
  readonly allowedHosts: readonly string[] | null
  /** A UUID, told in a header of every response. */
  readonly organizationId: string
  /** What thoughts are signed with. */
  readonly signatureSecret: string
  /** The shortest prefix that prompt caching knows. */
  readonly minCachedTokens: number
  /** Most bytes that are held in memory of all requests together. */
  readonly maxRequestMemoryBytes: number
  readonly rules: ApiRules
  /** By a name of the user's choice; at least one. */
  readonly engines: ReadonlyMap<string, EngineConfig>
  /** The engine that answers for every model id that `models` does not name. */
  readonly defaultEngine: string
  readonly models: ReadonlyMap<string, ModelConfig>
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
  /** How long running requests may go on once the server is to stop, in milliseconds. */
  readonly drainMs: number
  readonly metrics: MetricsConfig
}
