import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SHIPPED_MODEL_PATH } from '../src/config/resolve-engines.ts'
import { obeyingModel } from './obeying-model.ts'
import { processIdOf } from './process-id-of.ts'
import { PLATFORM_ADMIN_KEY } from './routes/platform-route.ts'
import { ContinuoProcess } from './run-continuo.ts'
import { ScriptedUpstream } from './scripted-upstream.ts'

/** Requests that the embedded engine decodes concurrently, and those in its queue. */
export const EMBEDDED_SEQUENCES = 4
export const EMBEDDED_QUEUE = 8
/** Concurrent requests of each upstream engine. */
export const UPSTREAM_REQUESTS = 8

/** The name of the embedded engine in the configuration. */
export const EMBEDDED_ENGINE = 'default'
/** A model id that it serves. */
export const EMBEDDED_MODEL = 'claude-2.1'
/** Model ids of the obeying model, each through another dialect. */
export const UPSTREAM_MODELS = ['obeying-text', 'obeying-chat', 'obeying-claude'] as const
/** The same with short limits, for scenarios that break it. */
export const BREAKING_MODELS = ['breaking-text', 'breaking-chat', 'breaking-claude'] as const

/** Those of them that accept only turns. */
export const TURNS_ONLY_MODELS: ReadonlySet<string> = new Set([
  'obeying-chat',
  'obeying-claude',
  'breaking-chat',
  'breaking-claude',
])

/** A busy machine may take long to load a model. */
const START_PATIENCE_MS = 120_000

/** Time limits of an engine that is asked to break. */
export const SHORT_LIMITS = {
  firstByteTimeoutMs: 500,
  idleTimeoutMs: 500,
  connectTimeoutMs: 2_000,
  maxRetries: 1,
} as const

/** Questions that the demonstration model answers correctly in any batch. */
export const KNOWN_RESPONSES: readonly (readonly [question: string, completion: string])[] = [
  ['What is 17 + 25?', ' 42'],
  ['What is 50 - 8?', ' 42'],
  ['What is 31 + 44?', ' 75'],
  ['What is the opposite of hot?', ' cold'],
  ['What is the opposite of big?', ' small'],
  ['What day comes after Monday?', ' Tuesday'],
  ['What day comes after Friday?', ' Saturday'],
  ['What is the capital of France?', ' Paris'],
  ['Who are you?', ' I am Continuo, a small demonstration model with 7 million parameters.'],
]

/** Differences from the default server. */
export interface SteadyOptions {
  /** Environment variables of its process and its engine's. */
  readonly environment?: Readonly<Record<string, string>>
  /** The context window of the embedded engine; by default the model's own. */
  readonly contextWindowTokens?: number
  /** How long requests may run after SIGTERM. */
  readonly drainMs?: number
  /** Whether it has a state in a folder of its own, and with it admin keys, limits, prices and message batches. */
  readonly hasState?: boolean
  /** More engines, as in the configuration file. */
  readonly engines?: Readonly<Record<string, object>>
}

/** Continuo as users run it: a process with the demonstration model and engines on another server. */
export class SteadyServer {
  readonly process: ContinuoProcess
  readonly upstream: ScriptedUpstream
  readonly url: string
  readonly #folder: string

  private constructor(process: ContinuoProcess, upstream: ScriptedUpstream, url: string, folder: string) {
    this.process = process
    this.upstream = upstream
    this.url = url
    this.#folder = folder
  }

  static async start({ environment = {}, ...change }: SteadyOptions = {}): Promise<SteadyServer> {
    const upstream = await ScriptedUpstream.start(obeyingModel)
    const folder = mkdtempSync(join(tmpdir(), 'continuo-steady-'))
    const configPath = join(folder, 'continuo.json')
    writeFileSync(configPath, JSON.stringify(configuration(upstream.url, change)))
    const state: Record<string, string> =
      change.hasState === true ? { CONTINUO_STATE: join(folder, 'state') } : {}
    const server = new ContinuoProcess(['serve', '--config', configPath], { ...state, ...environment })
    const kill = () => void server.child.kill('SIGKILL')
    process.once('exit', kill)
    void server.exited.then(() => process.off('exit', kill))
    try {
      const [, url = ''] = await server.waitForOutput(/Continuo listens on (\S+)/, START_PATIENCE_MS)
      return new SteadyServer(server, upstream, url, folder)
    } catch (error) {
      server.child.kill('SIGKILL')
      await upstream.close()
      rmSync(folder, { recursive: true })
      throw error
    }
  }

  get processId(): number {
    return processIdOf({ processId: this.process.child.pid })
  }

  /** Kills everything. */
  async close(): Promise<void> {
    this.process.child.kill('SIGKILL')
    await this.process.exitCode()
    await this.upstream.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** Limits that are counted, and that no client reaches. */
const PLATFORM_SETTINGS = {
  adminKeys: [PLATFORM_ADMIN_KEY],
  limits: {
    organization: { requestsPerMinute: 10_000_000, tokensPerMinute: 1_000_000_000, usdPerDay: 1_000_000 },
    eachKey: { concurrentRequests: 10_000 },
    adminApi: { requestsPerMinute: 1_000_000_000, invitesPerHour: 1_000_000_000 },
  },
  prices: { '*': { input: 3, output: 15 } },
}

function configuration(
  upstreamUrl: string,
  { contextWindowTokens, drainMs, hasState = false, engines }: SteadyOptions,
): object {
  const across = (kind: string, model: string, limits: object = {}) => ({
    kind,
    model,
    baseUrls: [upstreamUrl],
    maxConcurrentRequests: UPSTREAM_REQUESTS,
    ...limits,
  })
  return {
    port: 0,
    apiKeys: ['K'],
    // Requests of /health and /metrics have no line at a higher one.
    logLevel: 'debug',
    ...(drainMs === undefined ? {} : { drainMs }),
    ...(hasState ? PLATFORM_SETTINGS : {}),
    engines: {
      [EMBEDDED_ENGINE]: {
        model: SHIPPED_MODEL_PATH,
        maxSequences: EMBEDDED_SEQUENCES,
        maxQueuedRequests: EMBEDDED_QUEUE,
        ...(contextWindowTokens === undefined ? {} : { contextWindowTokens }),
        // Measured settings would depend on the load of the machine.
        threads: 1,
        kvCache: 'unified',
        flashAttention: true,
      },
      text: across('openai-completions', 'obeying-text'),
      chat: across('openai-chat', 'obeying-chat'),
      claude: across('claude-messages', 'obeying-claude'),
      'breaking-text': across('openai-completions', 'breaking-text', SHORT_LIMITS),
      'breaking-chat': across('openai-chat', 'breaking-chat', SHORT_LIMITS),
      'breaking-claude': across('claude-messages', 'breaking-claude', SHORT_LIMITS),
      ...engines,
    },
  }
}
