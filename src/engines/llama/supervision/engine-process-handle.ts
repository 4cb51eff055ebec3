import type { ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'
import type { EngineCommand } from '../protocol/engine-command.ts'
import type { EngineMessage } from '../protocol/engine-message.ts'
import { CommandQueue } from './command-queue.ts'
import { takeEngineChild } from './engine-child.ts'

/** llama.cpp logs hundreds of lines while it loads; the last few show why it failed. */
const KEPT_LOG_LINES = 40
const MAX_LOG_LINE_CHARS = 1_000

export interface EngineProcessEvents {
  readonly onMessage: (message: EngineMessage) => void
  /** The process ended by itself; `reason` is one line. */
  readonly onExit: (reason: string) => void
}

/** The server's end of an engine's process. */
export class EngineProcessHandle {
  readonly #child: ChildProcess
  readonly #logLines: string[] = []
  readonly #commands = new CommandQueue((command, done) => this.#write(command, done))
  #isClosing = false

  constructor(events: EngineProcessEvents) {
    this.#child = takeEngineChild()
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#keepLog(text))
    this.#child.on('message', (message: EngineMessage) => {
      if (!this.#isClosing) events.onMessage(message)
    })
    this.#child.on('error', (error) => this.#keepLog(`${error.message}\n`))
    // `close` comes after the last line of the log; `exit` may come before it.
    this.#child.on('close', (code, signal) => {
      if (!this.#isClosing) events.onExit(this.#exitReason(code, signal))
    })
  }

  get processId(): number | null {
    return this.#child.pid ?? null
  }

  send(command: EngineCommand): void {
    this.#commands.send(command)
  }

  /** Writes to the channel; what the process does not read stays there. */
  #write(command: EngineCommand, done: () => void): void {
    // A process that just died is reported by `close`; a message to it may be lost.
    if (this.#child.connected) this.#child.send(command, done)
  }

  /** Sets whether the engine keeps this process alive: an idle engine does not keep a finished program from exiting. */
  keepAlive(isNeeded: boolean): void {
    const change = isNeeded ? 'ref' : 'unref'
    this.#child[change]()
    this.#child.channel?.[change]()
    // A pipe is a socket, although its declared type is not.
    if (this.#child.stderr instanceof Socket) this.#child.stderr[change]()
  }

  /** Kills the process. */
  close(): Promise<void> {
    this.#isClosing = true
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return Promise.resolve()
    this.keepAlive(true)
    return new Promise((resolve) => {
      this.#child.once('close', () => resolve())
      this.#child.kill('SIGKILL')
    })
  }

  #keepLog(text: string): void {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    this.#logLines.push(...lines.map((line) => line.slice(0, MAX_LOG_LINE_CHARS)))
    this.#logLines.splice(0, Math.max(0, this.#logLines.length - KEPT_LOG_LINES))
  }

  #exitReason(code: number | null, signal: NodeJS.Signals | null): string {
    const how = signal ? `signal ${signal}` : `exit code ${code}`
    const failure = this.#logLines.findLast((line) => /error|fail|abort|assert|alloc/i.test(line))
    if (failure) return `${how}: ${failure.trim()}`
    return signal === 'SIGKILL' ? `${how}: the system killed it, most likely for lack of memory` : how
  }
}
