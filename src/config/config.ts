import type { ConformanceAccounts } from '../accounts/settings.ts'
import type { LlamaEngineSettings } from '../engines/llama/settings.ts'
import type { UpstreamEngineSettings } from '../engines/upstream/dialects/dialects.ts'
import type { FilesSettings } from '../files/settings.ts'
import type { RecordingMode, RecordingSettings } from '../recordings/settings.ts'
import type { Price } from '../usage/price.ts'
import type { ConfigFile } from './config-schema.ts'

/** A model in this process. */
export interface LlamaEngineConfig {
  readonly kind: 'llama'
  readonly settings: LlamaEngineSettings
}

/** A model on another server. */
export interface UpstreamEngineConfig {
  readonly kind: 'upstream'
  readonly settings: UpstreamEngineSettings
}

/** Recordings that are played without an engine. */
export interface ReplayEngineConfig {
  readonly kind: 'replay'
  /** The model is that of the engine that was recorded. */
  readonly settings: RecordingSettings & { readonly model: string }
}

/** How an engine is recorded. */
export interface RecordingConfig {
  readonly mode: Exclude<RecordingMode, 'replay'>
  readonly settings: RecordingSettings
}

/** One engine. */
export type EngineConfig =
  | ((LlamaEngineConfig | UpstreamEngineConfig) & { readonly recording?: RecordingConfig })
  | ReplayEngineConfig

/** The engine of a model id. */
export interface ModelConfig {
  readonly engine: string
  readonly displayName?: string
}

/** Access to `/metrics`. */
export interface MetricsConfig extends Readonly<ConfigFile['metrics']> {
  /** Host names that clients may use for it, besides those of the machine itself; null: all that the server accepts. */
  readonly allowedHosts: readonly string[] | null
}

/** Who may read `/metrics`. */
export type MetricsAccess = MetricsConfig['access']

/** Where the state is kept. */
export interface StateConfig {
  /** A folder, `postgres://…`, `memory` or `none`. */
  readonly place: string
  /** Whether no setting names the place: memory takes its part where it cannot be written. */
  readonly isDefault: boolean
  readonly staleSeconds: number
}

/** The files of a certificate and its key, by absolute paths. */
export interface TlsConfig {
  readonly certPath: string
  readonly keyPath: string
}

/** Which keys are accepted: `open`, any; `keys`, those that are known. */
export type Access = NonNullable<ConfigFile['access']>

/** Settings of the file that need no further work. */
type PlainSettings = Pick<
  ConfigFile,
  | 'host'
  | 'port'
  | 'sharedCache'
  | 'minCachedTokens'
  | 'logLevel'
  | 'logFormat'
  | 'drainMs'
  | 'rules'
  | 'usage'
  | 'batches'
  | 'skills'
  | 'limits'
  | 'retentionDays'
  | 'organizationName'
  | 'listOnlyOwnModels'
  | 'faults'
>

/** The configuration of a server, complete and checked. */
export interface Config extends Readonly<PlainSettings> {
  readonly access: Access
  /** Null for HTTP. */
  readonly tls: TlsConfig | null
  readonly apiKeys: readonly string[]
  readonly adminKeys: readonly string[]
  /** Host names that clients may use, besides those of the machine itself; null: any name. */
  readonly allowedHosts: readonly string[] | null
  /** Null where no setting has it: then it is the state's, or random. */
  readonly organizationId: string | null
  /** Null where no setting has it: then it is the state's, or the organization's id. */
  readonly signatureSecret: string | null
  readonly state: StateConfig
  readonly files: FilesSettings
  /** The folder of the files that are kept beside the database. */
  readonly stateFolder: string
  /** The rows that test suites of the Admin API find; null for a server of everyday use. */
  readonly conformanceAccounts: ConformanceAccounts | null
  /** Ids of the message batches that they find; none for a server of everyday use. */
  readonly conformanceBatches: readonly string[]
  /** The same of files. */
  readonly conformanceFiles: readonly string[]
  /** The same of skills. */
  readonly conformanceSkills: readonly { readonly id: string; readonly version: string }[]
  readonly maxRequestMemoryBytes: number
  /** By name; at least one. */
  readonly engines: ReadonlyMap<string, EngineConfig>
  readonly defaultEngine: string
  readonly models: ReadonlyMap<string, ModelConfig>
  readonly metrics: MetricsConfig
  readonly prices: readonly Price[]
}
