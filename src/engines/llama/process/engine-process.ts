/**
 * The process in which llama.cpp runs. It is started by `EngineProcessHandle` and speaks `EngineCommand` and
 * `EngineMessage` over the channel of `node:child_process`. One loop does everything: take what came in, tokenize a
 * little, evaluate one step, hand out what it brought.
 */

import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import type { EngineCommand } from '../protocol/engine-command.ts'
import type { EngineMessage } from '../protocol/engine-message.ts'
import { EngineLoop } from './engine-loop.ts'
import { exitWithParent } from './exit-with-parent.ts'
import { loadEngine } from './load-engine.ts'

let loop: EngineLoop | null = null

function send(message: EngineMessage): void {
  process.send?.(message)
}

function load({ settings }: Extract<EngineCommand, { type: 'load' }>): void {
  try {
    const engine = loadEngine(settings, (progress) => send({ type: 'loading', progress }))
    loop = new EngineLoop(engine, send)
    send({ type: 'loaded', model: engine.loaded })
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
// The server is gone, and with it everybody who could read an answer.
process.on('disconnect', () => process.exit(0))
// Ctrl-C in a terminal reaches every process of the group; the server decides when this one ends.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
