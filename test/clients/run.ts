/** Proves that unmodified official clients work against this server; see README.md. */

import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { endChildrenWithThisProcess } from '../end-children.ts'
import { type EmbeddedServer, startEmbeddedServer } from './embedded-server.ts'
import { findMissingTools } from './find-missing-tools.ts'
import type { OfficialClient } from './official-client.ts'
import { OFFICIAL_CLIENTS } from './official-clients.ts'
import { ProofReport } from './proof-report.ts'
import { startProofServers } from './proof-server.ts'
import { type EmbeddedUrls, type ProofSetting, proveClient } from './prove-client.ts'
import { killRunningCommands } from './run-command.ts'

endChildrenWithThisProcess()

const USAGE = `node test/clients/run.ts [--only <client>,…] [--skip-missing] [--model <file>] [--cache <folder>] [--jobs <count>]
clients: ${OFFICIAL_CLIENTS.map(({ name }) => name).join(', ')}`

const EMBEDDED_MODEL = join(import.meta.dirname, '..', '..', 'models', 'continuo-demo.gguf')

/** The configuration with which the clients' own suites pass. */
const SUITE_CONFIG = join(import.meta.dirname, 'suites', 'conformance.json')
/** The same for those of the Admin API, whose key is an admin key. */
const ORGANIZATION_CONFIG = join(import.meta.dirname, 'suites', 'organization.json')

interface Options {
  readonly clients: readonly OfficialClient[]
  readonly skipMissing: boolean
  readonly model: string
  readonly cacheFolder: string
  readonly jobs: number
}

/** Reads the command line. @throws Error when it is invalid */
function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      'skip-missing': { type: 'boolean', default: false },
      model: { type: 'string', default: process.env.CONTINUO_PROOF_MODEL ?? EMBEDDED_MODEL },
      cache: { type: 'string', default: defaultCacheFolder() },
      jobs: { type: 'string', default: '2' },
    },
  })
  const names = values.only?.split(',') ?? OFFICIAL_CLIENTS.map(({ name }) => name)
  const clients = names.map((name) => {
    const client = OFFICIAL_CLIENTS.find((known) => known.name === name)
    if (client === undefined) throw new Error(`there is no client ${name}`)
    return client
  })
  const jobs = Number(values.jobs)
  if (!Number.isInteger(jobs) || jobs < 1) throw new Error('--jobs is a whole number from 1')
  const { model, cache, 'skip-missing': skipMissing } = values
  return { clients, skipMissing, model, cacheFolder: cache, jobs }
}

function defaultCacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'continuo-clients')
}

/** The clients that this machine can run; reports the others. */
async function usableClients(options: Options, report: ProofReport): Promise<OfficialClient[]> {
  const missing = await findMissingTools(options.clients.flatMap(({ tools }) => tools))
  return options.clients.filter(({ name, tools }) => {
    const lacking = tools.flatMap((tool) => missing.get(tool) ?? [])
    if (lacking.length === 0) return true
    const reason = `this machine has no ${lacking.join(' and no ')}`
    if (options.skipMissing) report.skipped(name, 'install', reason)
    else report.failed(name, 'install', reason)
    return false
  })
}

/** Runs several clients at a time, because installing waits for the network, and programs wait for the server. */
async function proveAll(clients: OfficialClient[], jobs: number, setting: ProofSetting, report: ProofReport) {
  const waiting = clients.values()
  async function work(): Promise<void> {
    for (const client of waiting) await proveClient(client, setting, report)
  }
  await Promise.all(Array.from({ length: jobs }, work))
}

/**
 * The server for programs, and those for suites. A missing model file may be skipped, like a missing tool; a server that
 * fails to start may not.
 */
async function startEmbedded(model: string, report: ProofReport): Promise<EmbeddedServer[] | string> {
  if (!existsSync(model)) return `there is no model ${model}`
  try {
    const configs = [null, SUITE_CONFIG, ORGANIZATION_CONFIG]
    const servers = await Promise.all(configs.map((config) => startEmbeddedServer(model, config)))
    report.passed('continuo serve', 'start')
    return servers
  } catch (error) {
    report.failed('continuo serve', 'start', (error as Error).message)
    return 'continuo serve did not start'
  }
}

async function prove(options: Options, report: ProofReport): Promise<void> {
  const clients = await usableClients(options, report)
  const servers = await startProofServers()
  const embedded = await startEmbedded(options.model, report)
  try {
    const setting: ProofSetting = {
      servers,
      embedded: typeof embedded === 'string' ? { missing: embedded } : urlsOf(embedded),
      cacheFolder: options.cacheFolder,
      skipMissing: options.skipMissing,
    }
    await proveAll(clients, options.jobs, setting, report)
  } finally {
    if (typeof embedded !== 'string') await Promise.all(embedded.map((server) => server.stop()))
    servers.close()
  }
}

function urlsOf([server, suiteServer, organizationServer]: readonly EmbeddedServer[]): EmbeddedUrls {
  return {
    url: server?.url ?? '',
    suiteUrl: suiteServer?.url ?? '',
    organizationUrl: organizationServer?.url ?? '',
  }
}

/** No child process may outlive this process. */
function endWithChildren(): void {
  process.on('exit', killRunningCommands)
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => process.exit(exitCode))
  }
}

async function main(): Promise<void> {
  let options: Options
  try {
    options = readOptions()
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`)
    process.exit(2)
  }
  endWithChildren()
  const report = new ProofReport()
  await prove(options, report)
  console.log(report.summary())
  process.exit(report.hasFailures ? 1 : 0)
}

await main()
