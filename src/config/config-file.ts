import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { LOG_FORMAT_SCHEMA, LOG_LEVEL_SCHEMA } from '../logging/settings.ts'
import { findJsonDefect } from '../wire/json-defect.ts'
import { ConfigError } from './config-error.ts'
import { ENGINE_SCHEMA } from './engine-sections.ts'

/** Less has no room for the requests of everyday. */
const MIN_REQUEST_MEMORY_BYTES = 16 * 1024 * 1024

const RULES_SCHEMA = z
  .strictObject({
    literalNewlineMarkers: z
      .boolean()
      .describe(
        'Reads the turn markers that official TypeScript SDKs 0.61 to 0.137 send, with "\\n" spelt out.',
      ),
    refuseMessagesModels: z
      .boolean()
      .describe('Refuses ids of the Messages API on /v1/complete, as the real API did.'),
    checkUserId: z
      .boolean()
      .describe('Refuses a metadata.user_id that looks like an email address or phone number.'),
    refuseUnknownBetas: z.boolean().describe('Refuses anthropic-beta names that nobody published.'),
    allowBrowsers: z.boolean().describe('Answers web pages that opt in by header.'),
    refuseExcessTokens: z
      .boolean()
      .describe(
        'Refuses a max_tokens that the context window cannot hold, on /v1/messages; else it is capped.',
      ),
    refuseServerBlocks: z
      .boolean()
      .describe('Refuses blocks of server tools in old histories; else they are left out.'),
    ignoreServerTools: z
      .boolean()
      .describe('Leaves out server tools, containers and MCP servers; else they are refused.'),
    allowImageUrls: z
      .boolean()
      .describe("Takes pictures by their address, which the model's own server then fetches."),
    checkThinking: z
      .boolean()
      .describe("Holds thinking to the real API's rules: signatures, sampling parameters, first blocks."),
    strictVersions: z
      .boolean()
      .describe('Refuses under version 2026-10-21 what the real API does, sampling parameters among it.'),
  })
  .partial()

const METRICS_SCHEMA = z
  .strictObject({
    access: z
      .enum(['key', 'open', 'off'])
      .describe(
        'Who may read /metrics: "key", whoever sends one of metrics.apiKeys, or of apiKeys where those are none; "open", everybody who reaches the server; "off", nobody.',
      ),
    apiKeys: z
      .array(z.string())
      .describe('Keys that open /metrics and nothing else. With them, the keys of the API do not open it.'),
  })
  .partial()

const MODEL_SCHEMA = z.union([
  z.string().min(1).describe('The name of an engine.'),
  z.strictObject({ engine: z.string().min(1), displayName: z.string().min(1).optional() }),
])

/** The configuration file. */
export const CONFIG_FILE_SCHEMA = z
  .strictObject({
    $schema: z.string().describe('Where an editor finds the schema of this file.'),
    host: z.string().min(1).describe('The address to listen on. Anything but loopback needs apiKeys.'),
    port: z.int().min(0).max(65_535).describe('0 takes any free port.'),
    apiKeys: z
      .array(z.string())
      .describe('The accepted keys. With none, any key is accepted, and only loopback may be listened on.'),
    sharedCache: z
      .boolean()
      .describe(
        'Lets all keys reuse the prefixes that any of them sent: faster, but times and cached token counts then tell one what another sent. Only for keys that trust each other; false by default.',
      ),
    allowedHosts: z
      .array(z.string())
      .describe(
        'Names by which the server may be called, besides localhost and its addresses. Without apiKeys no other is answered; with them every name is, unless some are said here.',
      ),
    organizationId: z.uuid().describe('Told in the header anthropic-organization-id of every response.'),
    signatureSecret: z
      .string()
      .min(1)
      .describe('What thoughts are signed with; organizationId where this is left out.'),
    minCachedTokens: z
      .int()
      .min(0)
      .describe('The shortest prefix that cache_control caches, for the accounts of /v1/messages.'),
    maxRequestMemoryBytes: z
      .int()
      .min(MIN_REQUEST_MEMORY_BYTES)
      .describe(
        'Most bytes that are held in memory of all requests together, from their first byte until they are over; a byte of a body counts six times. One more is refused with 529. Half of what the process may use where this is left out.',
      ),
    logLevel: LOG_LEVEL_SCHEMA,
    logFormat: LOG_FORMAT_SCHEMA,
    drainMs: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .describe('How long requests may go on after the first signal to stop; what runs then is told so.'),
    metrics: METRICS_SCHEMA.describe('GET /metrics, for Prometheus.'),
    rules: RULES_SCHEMA.describe('Where the server may be stricter or more helpful than the real API.'),
    engines: z
      .record(z.string().min(1), ENGINE_SCHEMA)
      .describe('Models in this process, and on other servers, by a name of your choice.'),
    defaultEngine: z.string().min(1).describe('Answers for every model id that "models" does not name.'),
    models: z
      .record(z.string().min(1), MODEL_SCHEMA)
      .describe('Model id to engine; ids of your own are added.'),
  })
  .partial()
  .describe('Configuration of a Continuo server. Flags and environment variables go before it.')

/** What the whole file says. */
export type ConfigFile = z.infer<typeof CONFIG_FILE_SCHEMA>

/** The parser's own message quotes the text, which may hold a key: it goes nowhere. */
function parseFile(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const { reason, index } = findJsonDefect(text) ?? { reason: 'unexpected character', index: 0 }
    const before = text.slice(0, index).split('\n')
    const place = `line ${before.length} column ${(before.at(-1)?.length ?? 0) + 1}`
    throw new ConfigError(`The configuration file ${path} is not JSON: ${reason}: ${place}`)
  }
}

/**
 * Reads a configuration file.
 *
 * @throws ConfigError when it cannot be read, is no JSON, or says something that is unknown or out of range
 */
export function readConfigFile(path: string): ConfigFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(`The configuration file ${path} cannot be read: ${(error as Error).message}`)
  }
  const json = parseFile(text.replace(/^\ufeff/, ''), path)
  const result = CONFIG_FILE_SCHEMA.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const place = issue?.path.join('.')
  throw new ConfigError(
    `The configuration file ${path} is wrong${place ? ` at ${place}` : ''}: ${issue?.message}.`,
  )
}
