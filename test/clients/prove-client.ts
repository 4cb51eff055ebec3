import { join } from 'node:path'
import { InstallationError, installClient } from './client-installation.ts'
import { EMBEDDED_CHECKS, type OfficialClient } from './official-client.ts'
import type { ProofReport } from './proof-report.ts'
import { PROOF, type ProofServers } from './proof-server.ts'
import { type CommandResult, runCommand } from './run-command.ts'

/** Enough for twenty requests and the start of a virtual machine on a busy computer. */
const PROGRAM_TIMEOUT_MS = 90_000

/** Servers of the whole program, with a real model. */
export interface EmbeddedUrls {
  readonly url: string
  /** With what the clients' own suites take for granted. */
  readonly suiteUrl: string
  /** With the Admin API, and what the suites invent for it. */
  readonly organizationUrl: string
}

/** The servers of the programs. */
export interface ProofSetting {
  readonly servers: ProofServers
  /** The address of `continuo serve`, or the reason why there is none. */
  readonly embedded: EmbeddedUrls | { readonly missing: string }
  readonly cacheFolder: string
  /** Whether checks may be skipped for lack of tools. */
  readonly skipMissing: boolean
}

/** Installs one client, runs its program, and reports each of its checks. */
export async function proveClient(
  client: OfficialClient,
  setting: ProofSetting,
  report: ProofReport,
): Promise<void> {
  const { name } = client
  const folder = join(setting.cacheFolder, name)
  try {
    const startedMs = performance.now()
    if (await installClient(client, folder)) {
      report.note(name, `installed in ${Math.round((performance.now() - startedMs) / 1000)} s`)
    }
  } catch (error) {
    if (!(error instanceof InstallationError)) throw error
    report.failed(name, 'install', error.message)
    return
  }
  const results: CommandResult[] = []
  for (const program of client.programs(folder)) {
    const env = { ...program.env, CONTINUO_PROOF: proofVariable(client, setting) }
    results.push(await runCommand({ ...program, env }, timeoutOf(client)))
  }
  reportChecks(client, results, setting, report)
  const { calledItself } = client
  if (calledItself === null) return
  const isKnown = [...setting.servers.clientNames].some((header) => header.includes(calledItself))
  if (isKnown) report.passed(name, 'version')
  else report.failed(name, 'version', `no client called itself ${calledItself}`)
}

function timeoutOf({ programTimeoutMs = PROGRAM_TIMEOUT_MS }: OfficialClient): number {
  return programTimeoutMs
}

/** Escapes all but ASCII, because not every runtime reads its environment as UTF-8. */
function proofVariable({ name, version }: OfficialClient, { servers, embedded }: ProofSetting): string {
  const settings = {
    ...PROOF,
    client: name,
    version,
    openUrl: servers.openUrl,
    keyedUrl: servers.keyedUrl,
    faultyUrl: servers.faultyUrl,
    recordedUrl: servers.recordedUrl,
    // A port where no server listens: the check fails, and is not counted below.
    embeddedUrl: 'url' in embedded ? embedded.url : 'http://127.0.0.1:9',
    suiteUrl: 'url' in embedded ? embedded.suiteUrl : 'http://127.0.0.1:9',
    organizationUrl: 'url' in embedded ? embedded.organizationUrl : 'http://127.0.0.1:9',
  }
  return JSON.stringify(settings).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A check that the program does not report has failed: the program may have ended early. */
function reportChecks(
  client: OfficialClient,
  results: readonly CommandResult[],
  { embedded, skipMissing }: ProofSetting,
  report: ProofReport,
): void {
  const { name, checks } = client
  const lines = new Map<string, { isOk: boolean; reason: string }>()
  const output = results.map(({ stdout }) => stdout).join('\n')
  for (const [, outcome, check = '', reason = ''] of output.matchAll(
    /^(ok|not ok) ([a-z-]+)(?:: (.*))?$/gm,
  )) {
    lines.set(check, { isOk: outcome === 'ok', reason })
  }
  const endings = results.map(({ timedOut, exitCode }) =>
    timedOut ? `took more than ${timeoutOf(client) / 1000} s` : `ended with ${exitCode} before it`,
  )
  let hasFailed = false
  for (const check of checks) {
    const line = lines.get(check)
    if (EMBEDDED_CHECKS.has(check) && 'missing' in embedded) {
      if (skipMissing) report.skipped(name, check, embedded.missing)
      else report.failed(name, check, embedded.missing)
    } else if (line?.isOk) report.passed(name, check)
    else {
      hasFailed = true
      report.failed(name, check, line?.reason ?? `the program ${endings.join(', the other ')}`)
    }
  }
  if (hasFailed) process.stderr.write(`${results.map(({ stderr }) => lastLines(stderr)).join('\n')}\n`)
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-60).join('\n')
}
