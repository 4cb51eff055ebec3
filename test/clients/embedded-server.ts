import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { PROOF } from './proof-server.ts'
import { endProcessGroup, startCommand } from './run-command.ts'

/** It measures its settings while other work may be running. */
const START_TIMEOUT_MS = 120_000
/** Running requests are finished first. */
const STOP_TIMEOUT_MS = 10_000

const PROJECT_FOLDER = join(import.meta.dirname, '..', '..')

/** `continuo serve` with a real model, in a process of its own. */
export interface EmbeddedServer {
  readonly url: string
  stop(): Promise<void>
}

/**
 * Starts `continuo serve` on a free port and waits until its model is loaded.
 *
 * @param model a GGUF file
 * @param config a configuration file; null for none
 * @throws Error with the server's output when it does not become ready in time
 */
export async function startEmbeddedServer(
  model: string,
  config: string | null = null,
): Promise<EmbeddedServer> {
  const flags = ['--port', '0', '--state', 'memory', '--log-level', 'error', '--model', model]
  // With a seed requests are decoded one after the other, and suites send hundreds.
  flags.push(...(config === null ? ['--seed', '7'] : ['--config', config]))
  const child = startCommand({
    file: process.execPath,
    args: [join(PROJECT_FOLDER, 'src', 'main.ts'), 'serve', ...flags],
    folder: PROJECT_FOLDER,
    env: { ...process.env, CONTINUO_ADMIN_KEYS: PROOF.adminKey },
  })
  const url = await readGreeting(child)
  return { url, stop: () => stopServer(child) }
}

/** The server prints its address once its model is loaded. */
function readGreeting(child: ChildProcess): Promise<string> {
  let output = ''
  return new Promise((resolve, reject) => {
    function fail(reason: string): void {
      clearTimeout(timer)
      endProcessGroup(child, 'SIGKILL')
      reject(new Error(`continuo serve ${reason}: ${output.trim() || 'it printed nothing'}`))
    }
    function read(piece: Buffer): void {
      output += piece.toString('utf8')
      const url = /Continuo listens on (http:\/\/\S+)/.exec(output)?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      child.stdout?.off('data', read).resume()
      child.stderr?.off('data', read).resume()
      child.off('exit', onExit)
      resolve(url)
    }
    function onExit(code: number | null): void {
      fail(`ended with ${code}`)
    }
    const timer = setTimeout(
      () => fail(`was not ready within ${START_TIMEOUT_MS / 1000} s`),
      START_TIMEOUT_MS,
    )
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.on('error', (error) => fail(error.message))
    child.on('exit', onExit)
  })
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.on('exit', resolve))
  const timer = setTimeout(() => endProcessGroup(child, 'SIGKILL'), STOP_TIMEOUT_MS)
  endProcessGroup(child, 'SIGTERM')
  await ended
  clearTimeout(timer)
}
