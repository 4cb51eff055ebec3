import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { MAIN, serveCommand } from '../peers/continuo.ts'

/** A server that is ready writes what it has compiled after a second. */
const WARM_UP_MS = 3_000
const COMPLETION_TOKENS = 4

/** A folder for what a start keeps for the next one. */
export interface WarmCache {
  readonly env: NodeJS.ProcessEnv
  readonly remove: () => void
}

/** Starts a server twice, the second time as later ones start, and keeps what they keep. */
export async function warmCache(model: string): Promise<WarmCache> {
  const folder = mkdtempSync(join(tmpdir(), 'continuo-bench-cache-'))
  const env = { CONTINUO_CACHE: folder }
  for (let start = 0; start < 2; start++) await startPhasesMs(model, env, WARM_UP_MS)
  return { env, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/**
 * When each phase of a start ended, in milliseconds since the process began, as the server itself logs it.
 *
 * @param stayMs how long the server runs after that
 */
export async function startPhasesMs(
  model: string,
  env: NodeJS.ProcessEnv,
  stayMs = 0,
): Promise<Record<string, number>> {
  const flags = ['--model', model, '--format', 'raw', '--log-level', 'debug', '--log-format', 'json']
  const [file = '', ...words] = serveCommand(0, flags)
  const server = spawn(file, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  })
  const exited = once(server, 'exit')
  try {
    for await (const line of createInterface(server.stderr)) {
      const { endedMs } = (line.startsWith('{') ? JSON.parse(line) : {}) as {
        endedMs?: Record<string, number>
      }
      if (endedMs === undefined) continue
      await delay(stayMs)
      return endedMs
    }
    throw new Error('the server ended before it was ready')
  } finally {
    server.kill('SIGTERM')
    await exited
  }
}

/** How long `continuo complete` takes, from start to exit. */
export async function completeCommandMs(model: string, env: NodeJS.ProcessEnv): Promise<number> {
  const words = ['complete', 'Hello', '--model', model, '--max-tokens', String(COMPLETION_TOKENS)]
  const startedMs = performance.now()
  const command = spawn(process.execPath, [MAIN, ...words], {
    stdio: 'ignore',
    env: { ...process.env, ...env },
  })
  const [code] = await once(command, 'exit')
  if (code !== 0) throw new Error(`continuo complete ended with ${code}`)
  return performance.now() - startedMs
}
