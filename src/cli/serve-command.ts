import { setTimeout as delay } from 'node:timers/promises'
import { Command } from 'commander'
import type { Config, MetricsAccess } from '../config/config.ts'
import { CONFIG_SCHEMA } from '../config/config-schema.ts'
import { checkExposure } from '../config/exposure.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { type RunningServer, serve } from '../http/server/serve.ts'
import { type Continuo, startContinuo } from '../open-continuo.ts'
import { exitNow, standardError, standardOutput } from '../util/standard-output.ts'
import { addConfigOption, addEngineOptions, type EngineFlags, engineSettings } from './engine-options.ts'
import { LoadingLine } from './loading-line.ts'
import { settingOption } from './setting-option.ts'

interface ServeFlags extends EngineFlags, Partial<Pick<Config, 'host' | 'port' | 'logLevel' | 'logFormat'>> {
  readonly apiKey?: readonly string[]
  readonly allowedHost?: readonly string[]
  readonly metricsAccess?: MetricsAccess
}

/** `continuo serve`: the API on a port, until a signal ends it. */
export function serveCommand(): Command {
  const { host, port, logLevel, logFormat, metrics } = CONFIG_SCHEMA.shape
  const command = new Command('serve')
    .description('Serve the API on a port, by default http://127.0.0.1:8642')
    .optionsGroup('Server options:')
    .addOption(settingOption('host', host, 'address'))
    .addOption(settingOption('port', port))
    .option(
      '--api-key <key>',
      'An API key to accept; repeatable (or set CONTINUO_API_KEYS). Without one, any key is accepted, on loopback only',
      appended,
    )
    .option(
      '--allowed-host <name>',
      'A host name that clients may use, besides localhost; repeatable',
      appended,
    )
    .addOption(settingOption('metricsAccess', metrics.unwrap().shape.access))
    .addOption(settingOption('logLevel', logLevel))
    .addOption(settingOption('logFormat', logFormat))
  return addEngineOptions(addConfigOption(command)).action(serveUntilSignal)
}

function appended(value: string, values: readonly string[] = []): string[] {
  return [...values, value]
}

async function serveUntilSignal(flags: ServeFlags): Promise<void> {
  const config = resolveConfig(
    {
      configPath: flags.config,
      host: flags.host,
      port: flags.port,
      apiKeys: flags.apiKey,
      allowedHosts: flags.allowedHost,
      logLevel: flags.logLevel,
      logFormat: flags.logFormat,
      metricsAccess: flags.metricsAccess,
      engine: engineSettings(flags),
    },
    process.env,
  )
  checkExposure(config)
  const line = new LoadingLine(process.stderr)
  const { continuo, loaded } = startContinuo(config, line.events)
  // Both are awaited below; until then a failure of the second must not count as nobody's.
  loaded.catch(() => undefined)
  let server: RunningServer | null = null
  try {
    server = await serve(continuo.handle, { host: config.host, port: config.port })
    const stopped = stopOnSignal(server, continuo, config.drainMs)
    await Promise.race([loaded, stopped])
    line.clear()
    if (continuo.readiness() === 'ready') greet(server, continuo, config)
    await stopped
  } finally {
    line.clear()
    server?.closeNow()
    await continuo.close()
  }
}

/** The first signal drains, the second ends everything at once. */
function stopOnSignal(server: RunningServer, continuo: Continuo, drainMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let signals = 0
    const onSignal = (signal: NodeJS.Signals) => {
      if (++signals > 1) {
        void continuo.close().finally(() => exitNow(signal === 'SIGINT' ? 130 : 143))
        return
      }
      announce('continuo: finishing what runs; a second signal ends it at once\n')
      drain(server, continuo, drainMs).then(resolve, reject)
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}

/** How long those who are told that the server stops have to read it. */
const FAREWELL_MS = 2_000

/**
 * Accepts nothing new and lets what runs finish. What takes longer than that may is ended: its engine is closed, so
 * that every caller is told so, and then every connection.
 */
async function drain(server: RunningServer, continuo: Continuo, drainMs: number): Promise<void> {
  continuo.drain()
  const drained = server.drain()
  if (await isDoneWithin(drainMs, drained)) return
  announce(`continuo: ending what still runs after ${drainMs / 1000} s\n`)
  await continuo.close()
  if (!(await isDoneWithin(FAREWELL_MS, drained))) server.closeNow()
  await drained
}

async function isDoneWithin(ms: number, done: Promise<void>): Promise<boolean> {
  const waiting = new AbortController()
  const late = delay(ms, false, { signal: waiting.signal }).catch(() => false)
  const isDone = await Promise.race([done.then(() => true), late])
  waiting.abort()
  return isDone
}

/** Says something without waiting for anybody to read it. */
function announce(text: string): void {
  standardError().write(text)
  standardError().flush()
}

function greet(server: RunningServer, continuo: Continuo, config: Config): void {
  standardOutput().write(greeting(server, continuo, config))
  standardOutput().flush()
}

function greeting(server: RunningServer, continuo: Continuo, config: Config): string {
  const engines = [...continuo.engines].map(([name, { description }]) => `  ${name}: ${description}`)
  const key = config.apiKeys.length > 0 ? '$CONTINUO_API_KEY' : 'any'
  return [
    `Continuo listens on ${server.url}`,
    ...engines,
    'Try it:',
    '',
    `curl ${server.url}/v1/complete \\`,
    `  -H "x-api-key: ${key}" -H 'anthropic-version: 2023-06-01' -H 'content-type: application/json' \\`,
    `  -d '{"model":"claude-2.1","max_tokens_to_sample":64,"prompt":"\\n\\nHuman: What is 17 + 25?\\n\\nAssistant:"}'`,
    '',
    '',
  ].join('\n')
}
