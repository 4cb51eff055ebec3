/**
 * The process in which llama.cpp runs. `EngineProcessHandle` starts it; `EngineCommand` and `EngineMessage` pass through
 * the channel of `node:child_process`. One loop receives commands, tokenizes prompts, evaluates a step, and sends events.
 */

import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { endStartPhase, startPhases } from '../../../util/start-phases.ts'
import { keepCompiledCode } from '../../../util/use-compile-cache.ts'
import { sharedLlamaLibrary } from '../llama-cpp/shared-llama-library.ts'
import type { EngineCommand } from '../protocol/engine-command.ts'
import type { EngineMessage } from '../protocol/engine-message.ts'
import { EngineLoop } from './engine-loop.ts'
import { exitWithParent } from './exit-with-parent.ts'
import { loadEngine } from './load-engine.ts'

endStartPhase('engine modules')

let loop: EngineLoop | null = null

/** Loads llama.cpp while the server is still loading itself. */
function loadLibraryEarly(): void {
  try {
    sharedLlamaLibrary()
    endStartPhase('engine library')
  } catch (error) {
    // The same is thrown again, and reported, when a model is loaded.
    if (!(error instanceof EngineLoadError)) throw error
  }
}

function send(message: EngineMessage): void {
  process.send?.(message)
}

function load({ settings }: Extract<EngineCommand, { type: 'load' }>): void {
  try {
    const engine = loadEngine(settings, (progress) => send({ type: 'loading', progress }))
    loop = new EngineLoop(engine, send)
    endStartPhase('engine loaded')
    send({ type: 'loaded', model: engine.loaded, phases: startPhases() })
    // The server may kill this process at any time.
    keepCompiledCode()
  } catch (error) {
    if (!(error instanceof EngineLoadError)) throw error
    send({ type: 'load-failed', message: error.message })
  }
}

process.on('message', (command: EngineCommand) => {
  if (command.type === 'load') load(command)
  else if (command.type === 'ping') send({ type: 'pong' })
  else loop?.receive(command)
})

exitWithParent()
// The server is gone: no one can read any more output.
process.on('disconnect', () => process.exit(0))
// Ctrl-C in a terminal signals every process of the group, but the server decides when this one ends.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
loadLibraryEarly()
