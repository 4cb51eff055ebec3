import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { withCompileCache } from '../../../util/use-compile-cache.ts'

/** A process that waits for a model, until one is loaded. */
let early: ChildProcess | null = null

/**
 * Starts an engine's process before anything else is loaded: it loads llama.cpp's library meanwhile. It ends with this
 * process if no engine needs it.
 */
export function startEngineChildEarly(): void {
  if (early !== null) return
  early = forkEngine()
  // What failed is found by the next attempt, in `takeEngineChild`.
  early.on('error', () => undefined)
  early.unref()
  early.channel?.unref()
}

/** A running engine's process without a model: the one that was started early, or another. */
export function takeEngineChild(): ChildProcess {
  const child = early
  early = null
  if (child === null || !child.connected || child.exitCode !== null || child.signalCode !== null) {
    return forkEngine()
  }
  child.ref()
  child.channel?.ref()
  return child
}

function forkEngine(): ChildProcess {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  const entry = fileURLToPath(new URL(`../process/engine-process.${extension}`, import.meta.url))
  return fork(entry, [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
    env: withCompileCache(process.env),
  })
}
