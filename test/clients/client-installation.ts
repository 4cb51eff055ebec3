import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OfficialClient } from './official-client.ts'
import { type Command, type CommandResult, runCommand } from './run-command.ts'

/** Registries may be slow, and several clients are fetched at a time. */
const INSTALL_TIMEOUT_MS = 240_000
/** The Go client is a large module, compiled once with its dependencies. */
const BUILD_TIMEOUT_MS = 240_000
/** Registries fail sometimes. */
const INSTALL_ATTEMPTS = 2

/** A client could not be installed or built. */
export class InstallationError extends Error {}

/**
 * Installs a client unless its folder already contains it, and builds its program.
 *
 * A folder counts as installed once its last command has succeeded, and only for the same commands.
 *
 * @returns whether anything was fetched
 * @throws InstallationError with the last lines of output
 */
export async function installClient(client: OfficialClient, folder: string): Promise<boolean> {
  const marker = join(folder, 'installed.json')
  const recipe = JSON.stringify(client.install(folder).map(({ file, args }) => [file, ...args]))
  const isInstalled = existsSync(marker) && readFileSync(marker, 'utf8') === recipe
  if (!isInstalled) {
    await installAfresh(client, folder)
    writeFileSync(marker, recipe)
  }
  for (const command of client.build(folder)) {
    const result = await runCommand(command, BUILD_TIMEOUT_MS)
    if (result.exitCode !== 0) throw commandError('build', command, result, BUILD_TIMEOUT_MS)
  }
  return !isInstalled
}

async function installAfresh(client: OfficialClient, folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const error = await runUntilFailure(client.install(folder))
    if (error === null) return
    if (attempt === INSTALL_ATTEMPTS) throw error
  }
}

async function runUntilFailure(commands: readonly Command[]): Promise<InstallationError | null> {
  for (const command of commands) {
    const result = await runCommand(command, INSTALL_TIMEOUT_MS)
    if (result.exitCode !== 0) return commandError('install', command, result, INSTALL_TIMEOUT_MS)
  }
  return null
}

function commandError(step: string, { file, args }: Command, result: CommandResult, timeoutMs: number) {
  const how = result.timedOut ? `took more than ${timeoutMs / 1000} s` : `ended with ${result.exitCode}`
  const lastLines = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-8).join('\n')
  return new InstallationError(`${step}: "${[file, ...args].join(' ')}" ${how}\n${lastLines}`)
}
