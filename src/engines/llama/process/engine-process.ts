/**
 * The process in which llama.cpp runs. It is started by `EngineProcessHandle` and speaks `EngineCommand` and
 * `EngineMessage` over the channel of `node:child_process`. One loop does everything: take what came in, tokenize a
 * little, evaluate one step, hand out what it brought.
 */

import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import type { EngineCommand, EngineMessage, EngineOutput } from '../protocol/engine-messages.ts'
import { EngineLoop } from './engine-loop.ts'
import { endWithServer } from './exit-with-parent.ts'
import { loadEngine } from './load-engine.ts'

function report(message: EngineMessage): void {
  process.send?.(message)
}

function sendOutputs(outputs: readonly EngineOutput[]): void {
  report({ type: 'outputs', outputs })
}

let loop: EngineLoop | null = null

function load(command: Extract<EngineCommand, { type: 'load' }>): void {
  try {
    const engine = loadEngine(command.settings, (progress) => report({ type: 'loading', progress }))
    loop = new EngineLoop(engine, sendOutputs, () => report({ type: 'pong' }))
    report({ type: 'loaded', model: engine.loaded })
  } catch (error) {
    if (!(error instanceof EngineLoadError)) throw error
    report({ type: 'load-failed', message: error.message })
  }
}

process.on('message', (command: EngineCommand) => {
  if (command.type === 'load') load(command)
  else if (command.type === 'ping') report({ type: 'pong' })
  else loop?.receive(command)
})

endWithServer()
// The server is gone, and with it everybody who could read an answer.
process.on('disconnect', () => process.exit(0))
// Ctrl-C in a terminal reaches every process of the group; the server decides when this one ends.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
