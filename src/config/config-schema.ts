import * as z from 'zod'
import { BATCHES_SCHEMA } from '../batches/settings.ts'
import { DEFAULT_MIN_CACHED_TOKENS } from '../conversation/cache-plan.ts'
import { LLAMA_SETTINGS_SCHEMA } from '../engines/llama/settings.ts'
import { DIALECTS } from '../engines/upstream/dialects/dialects.ts'
import { FAULTS_SCHEMA } from '../faults/settings.ts'
import { FILES_SCHEMA } from '../files/settings.ts'
import { LIMITS_SCHEMA } from '../limits/settings.ts'
import { LOG_FORMAT_SCHEMA, LOG_LEVEL_SCHEMA } from '../logging/settings.ts'
import { RECORDING_SCHEMA, REPLAY_SETTINGS_SCHEMA } from '../recordings/settings.ts'
import { SKILLS_SCHEMA } from '../skills/settings.ts'
import { RETENTION_DAYS_SCHEMA, STATE_FOLDER_SCHEMA, STATE_SCHEMA } from '../state/settings.ts'
import { PRICES_SCHEMA } from '../usage/price-settings.ts'
import { USAGE_SCHEMA } from '../usage/settings.ts'
import { API_RULES_SCHEMA } from '../wire/api-rules.ts'
import { CONFORMANCE_SCHEMA } from './conformance-settings.ts'

/** Less cannot hold the requests of everyday use. */
const MIN_REQUEST_MEMORY_BYTES = 16 * 1024 * 1024
/** A setTimeout takes no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1
/** Less than the 90 s after which most service managers kill a process. */
const DEFAULT_DRAIN_MS = 60_000

const METRICS_SCHEMA = z.strictObject({
  access: z
    .enum(['key', 'open', 'off'])
    .describe(
      'Who may read /metrics: "key", clients with one of metrics.apiKeys, or of apiKeys if there are none; "open", every client; "off", no client.',
    )
    .default('key'),
  apiKeys: z
    .array(z.string())
    .describe('Keys that grant access to /metrics alone. With them, the keys of the API do not.')
    .default([]),
})

const MODEL_SCHEMA = z.union([
  z.string().min(1).describe('The name of an engine.'),
  z.strictObject({
    engine: z.string().min(1).describe('The name of an engine.'),
    displayName: z.string().min(1).describe('The name in the list of models; the id by default.').optional(),
  }),
])

/** What an engine of any kind may have besides its own settings. */
const RECORDABLE = {
  recording: RECORDING_SCHEMA.describe('Records what the engine responds, and plays it again.').optional(),
}

const ENGINE_SCHEMA = z.discriminatedUnion('kind', [
  LLAMA_SETTINGS_SCHEMA.extend(RECORDABLE),
  DIALECTS['openai-completions'].settingsSchema.extend(RECORDABLE),
  DIALECTS['openai-chat'].settingsSchema.extend(RECORDABLE),
  DIALECTS['claude-messages'].settingsSchema.extend(RECORDABLE),
  REPLAY_SETTINGS_SCHEMA,
])

/** The configuration file. Defaults that depend on the machine or on other settings are filled in later. */
export const CONFIG_SCHEMA = z
  .strictObject({
    $schema: z.string().describe('Where an editor finds the schema of this file.').optional(),
    host: z
      .string()
      .min(1)
      .describe('The address to listen on. Any other than loopback requires an API key.')
      .default('127.0.0.1'),
    port: z.int().min(0).max(65_535).describe('The port to listen on; 0 takes any free port.').default(8642),
    tlsCert: z
      .string()
      .min(1)
      .describe(
        'A file with the certificate of the server and those between it and its authority, in PEM. With it and tlsKey the server speaks HTTPS. Both files are read again when they change.',
      )
      .optional(),
    tlsKey: z.string().min(1).describe('A file with the private key of tlsCert, in PEM.').optional(),
    apiKeys: z
      .array(z.string())
      .describe('Accepted API keys, in addition to those of the state.')
      .default([]),
    adminKeys: z
      .array(z.string())
      .describe('Accepted admin keys, which open the Admin API, in addition to those of the state.')
      .default([]),
    access: z
      .enum(['open', 'keys'])
      .describe(
        'Which API keys are accepted: "open", any, on loopback only; "keys", those of apiKeys and of the state. By default "keys" if there are apiKeys, else "open".',
      )
      .optional(),
    state: STATE_SCHEMA.optional(),
    stateFolder: STATE_FOLDER_SCHEMA.optional(),
    retentionDays: RETENTION_DAYS_SCHEMA,
    usage: USAGE_SCHEMA.describe('How the usage of requests is recorded in the state.').prefault({}),
    batches: BATCHES_SCHEMA.describe('How message batches are worked on. They need a state.').prefault({}),
    skills: SKILLS_SCHEMA,
    files: FILES_SCHEMA.describe('How uploaded files are kept. They need a state.').prefault({}),
    sharedCache: z
      .boolean()
      .describe(
        'Lets each key reuse prompt prefixes that other keys sent. Faster, but timing and cached token counts reveal what others sent: only for keys that trust each other.',
      )
      .default(false),
    allowedHosts: z
      .array(z.string())
      .describe(
        'Host names that clients may use, besides localhost and its addresses. Where any key is accepted, all others are refused; elsewhere every name is accepted unless this lists some.',
      )
      .default([]),
    organizationId: z
      .uuid()
      .describe(
        'The header anthropic-organization-id of every response; by default random: kept in the state, or new at each start.',
      )
      .optional(),
    organizationName: z
      .string()
      .min(1)
      .max(255)
      .describe('The name of the organization in the Admin API.')
      .default('Organization'),
    signatureSecret: z
      .string()
      .min(1)
      .describe(
        'The secret that signs thinking blocks; by default organizationId, or a random one that is kept in the state.',
      )
      .optional(),
    minCachedTokens: z
      .int()
      .min(0)
      .describe('The shortest prefix, in tokens, that cache_control caches on /v1/messages.')
      .default(DEFAULT_MIN_CACHED_TOKENS),
    maxRequestMemoryBytes: z
      .int()
      .min(MIN_REQUEST_MEMORY_BYTES)
      .describe(
        'The maximum memory for all requests together, which is several times the size of their bodies. Requests that exceed it get status 529. By default half of what the process may use.',
      )
      .optional(),
    logLevel: LOG_LEVEL_SCHEMA,
    logFormat: LOG_FORMAT_SCHEMA,
    drainMs: z
      .int()
      .min(0)
      .max(MAX_TIMEOUT_MS)
      .describe(
        'How long requests may continue after the first signal to stop; then they are ended with an error.',
      )
      .default(DEFAULT_DRAIN_MS),
    metrics: METRICS_SCHEMA.describe('GET /metrics, for Prometheus.').prefault({}),
    rules: API_RULES_SCHEMA.describe(
      'Where the server is stricter or more helpful than the real API.',
    ).prefault({}),
    conformance: CONFORMANCE_SCHEMA.describe(
      'Lets the test suites of the official clients pass, for which this section sets rules and adds what the suites invent. Not for other use: the server then accepts requests that make no sense.',
    ).optional(),
    engines: z
      .record(z.string().min(1), ENGINE_SCHEMA)
      .describe('Engines by a name of your choice: models in this process and on other servers.')
      .default({}),
    defaultEngine: z
      .string()
      .min(1)
      .describe(
        'The engine for every model id that "models" does not map; needed if there are several engines and none is named "default".',
      )
      .optional(),
    modelsFolder: z
      .string()
      .min(1)
      .describe('A folder of GGUF files: each is an engine of its name, loaded when it is asked for.')
      .optional(),
    listOnlyOwnModels: z
      .boolean()
      .describe(
        'Whether the list of models has only your own ids, without those of the Claude API, which work nevertheless.',
      )
      .default(false),
    models: z
      .record(z.string().min(1), MODEL_SCHEMA)
      .describe(
        'Maps model ids to engines; ids of your own are added to the list of models. "*" stands for every id that is not known.',
      )
      .default({}),
    faults: FAULTS_SCHEMA.describe('What goes wrong on purpose, for tests of programs.').prefault({}),
    limits: LIMITS_SCHEMA.describe(
      'Limits of rate, concurrency and money. They hold for all instances together that share a state.',
    ).prefault({}),
    prices: PRICES_SCHEMA.describe(
      'What the tokens of models cost, by model id: one price, or several with the times from which they are valid. "*" is for every model that has none of its own. A model without a price costs nothing.',
    ).default({}),
  })
  .describe('Configuration of a Continuo server. Flags and environment variables take precedence.')

/** The settings of a configuration file, with defaults filled in. */
export type ConfigFile = z.infer<typeof CONFIG_SCHEMA>
/** One entry of `engines`. */
export type EngineSection = ConfigFile['engines'][string]
