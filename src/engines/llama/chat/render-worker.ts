/** The thread on which `RenderThread` renders conversations; its data is a `RendererSetup`. */

import { getHeapStatistics } from 'node:v8'
import { parentPort, workerData } from 'node:worker_threads'
import { CompletionError } from '../../../completion/completion-error.ts'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { ChatPromptRenderer, type RendererSetup } from './chat-prompt-renderer.ts'
import type { PromptFrame, RenderCommand, RenderReport, TurnPiece } from './render-messages.ts'
import { joinPieces } from './turn-pieces.ts'

function report(message: RenderReport): void {
  parentPort?.postMessage(message)
}

function open(): ChatPromptRenderer | null {
  try {
    const renderer = new ChatPromptRenderer(workerData as RendererSetup)
    const { calls, ...format } = renderer.outputFormat
    report({ type: 'opened', format: { ...format, callsName: calls?.name ?? null } })
    return renderer
  } catch (error) {
    if (!(error instanceof EngineLoadError)) throw error
    report({ type: 'open-failed', message: error.message })
    return null
  }
}

const renderer = open()
let frame: PromptFrame | null = null
let pieces: TurnPiece[] = []

function render(): void {
  if (renderer === null || frame === null) throw new Error('there is nothing to render')
  try {
    const prompt = renderer.render({ ...frame, text: '', turns: joinPieces(pieces) })
    report({ type: 'rendered', prompt, heldBytes: heldBytes() })
  } catch (error) {
    const known = error instanceof CompletionError
    const message = known ? error.message : 'prompt: it cannot be rendered'
    const code = known ? error.code : 'invalid-request'
    report({ type: 'failed', code, message, heldBytes: heldBytes() })
  }
  frame = null
  pieces = []
}

function heldBytes(): number {
  return getHeapStatistics().total_physical_size
}

parentPort?.on('message', (command: RenderCommand) => {
  if (command.type === 'begin') {
    frame = command.frame
    pieces = []
  } else if (command.type === 'turns') {
    for (const piece of command.pieces) pieces.push(piece)
  } else {
    render()
  }
})
