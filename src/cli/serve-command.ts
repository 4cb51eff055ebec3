import { Command, Option } from 'commander'
import type { Config, MetricsAccess } from '../config/config.ts'
import { ConfigError } from '../config/config-error.ts'
import type { ConfigOverrides } from '../config/config-overrides.ts'
import { CONFIG_SCHEMA } from '../config/config-schema.ts'
import { checkExposure } from '../config/exposure.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { type RunningServer, serve } from '../http/server/serve.ts'
import { TlsFiles } from '../http/server/tls-files.ts'
import { type Continuo, startContinuo } from '../open-continuo.ts'
import { STATE_PLACE_SCHEMA } from '../state/settings.ts'
import { exitNow, standardError, standardOutput } from '../util/standard-output.ts'
import { endStartPhase } from '../util/start-phases.ts'
import { drainServer } from './drain-server.ts'
import { addConfigOption, addEngineOptions, type EngineFlags, engineSettings } from './engine-options.ts'
import { type GreetedEngine, greeting } from './greeting.ts'
import { LoadingLine } from './loading-line.ts'
import { reloadOnSignal } from './reload-on-signal.ts'
import {
  configFor,
  programCommands,
  programProblem,
  SERVED_PROGRAMS,
  type ServedProgram,
} from './served-program.ts'
import { settingOption } from './setting-option.ts'

interface ServeFlags
  extends EngineFlags,
    Partial<Pick<Config, 'host' | 'port' | 'logLevel' | 'logFormat' | 'access'>> {
  readonly models?: string
  readonly for?: ServedProgram
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly apiKey?: readonly string[]
  readonly state?: string
  readonly allowedHost?: readonly string[]
  readonly metricsAccess?: MetricsAccess
}

/** `continuo serve`: the API on a port, until a signal ends it. */
export function serveCommand(): Command {
  const { host, port, access, modelsFolder, tlsCert, tlsKey, logLevel, logFormat, metrics } =
    CONFIG_SCHEMA.shape
  const command = new Command('serve')
    .description('Start the server, by default on http://127.0.0.1:8642')
    .argument('[model]', 'The same as --model')
    .optionsGroup('Server options:')
    .addOption(settingOption('host', host, 'address'))
    .addOption(settingOption('port', port))
    .option(
      '--api-key <key>',
      'An API key to accept; repeatable (or set CONTINUO_API_KEYS). Without one, any key is accepted, on loopback only',
      appended,
    )
    .addOption(settingOption('access', access.unwrap()))
    .addOption(settingOption('state', STATE_PLACE_SCHEMA, 'place'))
    .addOption(settingOption('models', modelsFolder.unwrap(), 'folder'))
    .addOption(
      new Option(
        '--for <program>',
        'Choose settings for a program, and print the commands that start it',
      ).choices(SERVED_PROGRAMS),
    )
    .addOption(settingOption('tlsCert', tlsCert.unwrap(), 'file'))
    .addOption(settingOption('tlsKey', tlsKey.unwrap(), 'file'))
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

async function serveUntilSignal(argument: string | undefined, given: ServeFlags): Promise<void> {
  endStartPhase('modules')
  const flags = argument === undefined ? given : { ...given, model: argument }
  if (argument !== undefined && given.model !== undefined && given.model !== argument) {
    throw new ConfigError('There are two models: give one, as an argument or by --model (CONTINUO_MODEL).')
  }
  const readConfig = () => {
    const config = configFor(flags.for, resolveConfig(overridesOf(flags), process.env))
    checkExposure(config)
    return config
  }
  const config = readConfig()
  endStartPhase('configuration')
  const tls = config.tls === null ? null : new TlsFiles(config.tls)
  const line = new LoadingLine(process.stderr)
  const { continuo, loaded } = await startContinuo(config, line.events).finally(() => line.clear())
  // Awaited below; a failure before that must not count as unhandled.
  loaded.catch(() => undefined)
  let server: RunningServer | null = null
  try {
    server = await serve(continuo.handle, {
      ...{ host: config.host, port: config.port, tls },
      onTlsProblem: (problem) => announce(`continuo: ${problem} The certificate before it stays in use.\n`),
    })
    const stopped = stopOnSignal(server, continuo, config.drainMs)
    reloadOnSignal({ readConfig, continuo, tls, announce })
    await Promise.race([loaded, stopped])
    line.clear()
    if (continuo.readiness() === 'ready') {
      const { stateName, setUpPath } = continuo
      const engines = greetedEngines(continuo)
      const requiresKey = config.access === 'keys'
      const { url } = server
      const commands =
        flags.for === undefined ? null : programCommands(url, continuo.defaultModelId, requiresKey)
      standardOutput().write(greeting({ url, engines, stateName, setUpPath, requiresKey, commands }))
      standardOutput().flush()
      const problem =
        flags.for === undefined ? null : programProblem(continuo.engines.get(config.defaultEngine))
      if (problem !== null) announce(`continuo: ${problem}\n`)
    }
    await stopped
  } finally {
    line.clear()
    server?.closeNow()
    await continuo.close()
  }
}

function overridesOf(flags: ServeFlags): ConfigOverrides {
  return {
    configPath: flags.config,
    host: flags.host,
    port: flags.port,
    apiKeys: flags.apiKey,
    access: flags.access,
    state: flags.state,
    modelsFolder: flags.models,
    tlsCert: flags.tlsCert,
    tlsKey: flags.tlsKey,
    hasStateByDefault: true,
    allowedHosts: flags.allowedHost,
    logLevel: flags.logLevel,
    logFormat: flags.logFormat,
    metrics: { access: flags.metricsAccess },
    engine: engineSettings(flags),
  }
}

function greetedEngines({ engines, engineModels }: Continuo): ReadonlyMap<string, GreetedEngine> {
  return new Map(
    [...engines].map(([name, engine]) => [
      name,
      {
        modelId: engineModels.get(name) ?? '',
        description: engine.description,
        details: 'details' in engine ? engine.details : [],
      },
    ]),
  )
}

/** The first signal drains the server, the second ends the process. */
function stopOnSignal(server: RunningServer, continuo: Continuo, drainMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let signals = 0
    const onLate = () => announce(`continuo: ending the requests still running after ${drainMs / 1000} s\n`)
    const onSignal = (signal: NodeJS.Signals) => {
      if (++signals > 1) {
        void continuo.close().finally(() => exitNow(signal === 'SIGINT' ? 130 : 143))
        return
      }
      announce('continuo: finishing running requests; a second signal ends them\n')
      drainServer({ server, continuo, drainMs, onLate }).then(resolve, reject)
    }
    process.on('SIGTERM', onSignal)
    process.on('SIGINT', onSignal)
  })
}

/** Writes a message without waiting for a reader. */
function announce(text: string): void {
  standardError().write(text)
  standardError().flush()
}
