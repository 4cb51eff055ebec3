import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
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

  constructor(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [MAIN, ...words], {
      // Without a state unless a test wants one: that of the user is not touched.
      env: { ...process.env, CONTINUO_STATE: 'none', ...environment },
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
    this.exited = once(this.child, 'close').then(([code]) => code as number | null)
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
    const startedMs = performance.now()
    for (;;) {
      const found = pattern.exec(this.stdout) ?? pattern.exec(this.stderr)
      if (found) return found
      if (this.child.exitCode !== null || performance.now() - startedMs > patienceMs) {
        throw new Error(`it never printed ${pattern}; its output: ${this.stdout}${this.stderr}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
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
