import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
/** A program that has not done what it should by then never will. */
const PATIENCE_MS = 30_000

/** The command line as a process, with its output so far. */
export class ContinuoProcess {
  readonly child: ChildProcess
  stdout = ''
  stderr = ''
  /** Resolves with the exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>
  /** Emits `change` when there is more output, and at the end of the process. */
  readonly #changes = new EventEmitter()
  #isClosed = false

  constructor(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [MAIN, ...words], {
      // Without a state unless a test wants one: that of the user is not touched.
      env: { ...process.env, CONTINUO_STATE: 'none', ...environment },
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
      this.#changes.emit('change')
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      this.#changes.emit('change')
    })
    this.exited = once(this.child, 'close').then(([code]) => {
      this.#isClosed = true
      this.#changes.emit('change')
      return code as number | null
    })
  }

  /** The exit code; null when a signal ended it. */
  async exitCode(): Promise<number | null> {
    const timer = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MS)
    try {
      return await this.exited
    } finally {
      clearTimeout(timer)
    }
  }

  /** Waits for a text on standard output or standard error. */
  async waitForOutput(pattern: RegExp, patienceMs = PATIENCE_MS): Promise<RegExpExecArray> {
    const late = AbortSignal.timeout(patienceMs)
    for (;;) {
      const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr)
      if (found) return found
      if (this.#isClosed || late.aborted) {
        throw new Error(`it never printed ${pattern}; its output: ${this.stdout}${this.stderr}`)
      }
      await once(this.#changes, 'change', { signal: late }).catch(() => undefined)
    }
  }
}

/** Runs a command and returns its output. */
export async function runContinuo(words: readonly string[], input = '') {
  const process = new ContinuoProcess(words)
  process.child.stdin?.end(input)
  const code = await process.exitCode()
  return { code, stdout: process.stdout, stderr: process.stderr }
}
