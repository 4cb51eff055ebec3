import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Availability } from '../availability.ts'
import { BackOff } from '../back-off.ts'
import { StateError } from '../state-error.ts'
import type { StatementMessage, StatementResult, ThreadMessage, ThreadSettings } from './statement-message.ts'

/** Statements that may wait for the thread or run in it. Each is answered, so what is over is refused. */
export const MAX_PENDING_STATEMENTS = 10_000
const WATCH_INTERVAL_MS = 500

export interface SqliteThreadOptions extends ThreadSettings {
  readonly availability: Availability
  readonly maxPendingStatements?: number
}

export interface ThreadStatement extends Omit<StatementMessage, 'id'> {
  /** How long it may run, the wait for its turn not counted. */
  readonly timeoutMs: number
}

interface PendingStatement {
  readonly timeoutMs: number
  readonly resolve: (result: StatementResult) => void
  readonly reject: (error: StateError) => void
}

/**
 * An SQLite connection in a thread of its own, so that no commit ever holds up the event loop. A thread that dies, or
 * whose statement takes too long, is replaced at the next statement.
 */
export class SqliteThread {
  readonly #options: SqliteThreadOptions
  readonly #pending = new Map<number, PendingStatement>()
  readonly #backOff = new BackOff()
  #worker: Worker | null = null
  #nextId = 1
  /** Grows whenever an open transaction is lost: with its thread, or because SQLite has rolled it back itself. */
  #generation = 0
  /** When the oldest pending statement began to run. */
  #runningSince = 0
  #watch: NodeJS.Timeout | null = null
  #closed: StateError | null = null

  constructor(options: SqliteThreadOptions) {
    this.#options = options
  }

  get generation(): number {
    return this.#generation
  }

  execute({ timeoutMs, ...statement }: ThreadStatement): Promise<StatementResult> {
    return new Promise((resolve, reject) => {
      const refusal = this.#refusal()
      if (refusal !== null) {
        reject(refusal)
        return
      }
      this.#worker ??= this.#startWorker()
      const id = this.#nextId++
      if (this.#pending.size === 0) this.#beginWork(this.#worker)
      this.#pending.set(id, { timeoutMs, resolve, reject })
      try {
        this.#worker.postMessage({ ...statement, id } satisfies StatementMessage)
      } catch (error) {
        // A parameter that cannot be sent to a thread, such as a function.
        this.#takePending(id)?.reject(
          new StateError('failed', `a parameter cannot be stored: ${String(error)}`),
        )
      }
    })
  }

  /** Runs what was already asked for, then closes the database. */
  async close(): Promise<void> {
    this.#closed ??= new StateError('closed', 'the state was closed')
    const worker = this.#worker
    if (worker === null) return
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    worker.ref()
    worker.postMessage('close')
    await ended
    this.#stopWatch()
  }

  #refusal(): StateError | null {
    if (this.#closed !== null) return this.#closed
    const { maxPendingStatements = MAX_PENDING_STATEMENTS } = this.#options
    if (this.#pending.size >= maxPendingStatements)
      return new StateError('busy', `${maxPendingStatements} statements are waiting for the database`)
    return this.#worker === null ? this.#backOff.refusal() : null
  }

  #startWorker(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const { file, isReadOnly, busyTimeoutMs } = this.#options
    const worker = new Worker(fileURLToPath(new URL(`./sqlite-worker.${extension}`, import.meta.url)), {
      workerData: { file, isReadOnly, busyTimeoutMs } satisfies ThreadSettings,
      // Some releases of Node 22 still call the module experimental.
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    this.#generation++
    worker.unref()
    worker.on('message', (message: ThreadMessage) => this.#receive(worker, message))
    worker.on('error', (error) => this.#lose(worker, `the thread of the database failed: ${error.message}`))
    worker.on('exit', (code) => this.#lose(worker, `the thread of the database ended with code ${code}`))
    return worker
  }

  #receive(worker: Worker, message: ThreadMessage): void {
    if (worker !== this.#worker) return
    if (message.kind === 'open') {
      this.#backOff.succeed()
      this.#options.availability.succeed()
      this.#runningSince = performance.now()
      return
    }
    if (message.kind === 'error' && message.id === null) {
      this.#fail(worker, new StateError(message.code, message.text))
      return
    }
    if (message.kind === 'result') {
      this.#options.availability.succeed()
      this.#takePending(message.id)?.resolve(message.result)
      return
    }
    const error = new StateError(message.code, message.text)
    this.#options.availability.note(error)
    if (message.endsTransaction) this.#generation++
    if (message.id !== null) this.#takePending(message.id)?.reject(error)
  }

  #takePending(id: number): PendingStatement | undefined {
    const statement = this.#pending.get(id)
    this.#pending.delete(id)
    this.#runningSince = performance.now()
    if (this.#pending.size === 0) this.#endWork()
    return statement
  }

  #lose(worker: Worker, text: string): void {
    if (worker === this.#worker) this.#fail(worker, this.#closed ?? new StateError('unavailable', text))
  }

  /** Gives a thread up, and every statement that it still owed an answer. */
  #fail(worker: Worker, error: StateError): void {
    this.#worker = null
    this.#generation++
    void worker.terminate()
    const owed = [...this.#pending.values()]
    this.#pending.clear()
    this.#endWork()
    if (this.#closed === null) {
      this.#backOff.fail(error)
      this.#options.availability.note(error)
      // What was in memory went with the thread; an empty database in its place would be worse than none.
      if (this.#options.file === ':memory:') this.#closed = error
    }
    for (const statement of owed) statement.reject(new StateError(error.code, error.message))
  }

  /** While something is asked for, the thread keeps the process alive and a watch looks at its oldest statement. */
  #beginWork(worker: Worker): void {
    worker.ref()
    this.#runningSince = performance.now()
    this.#watch ??= setInterval(() => this.#checkOldest(), WATCH_INTERVAL_MS)
    this.#watch.ref()
  }

  #endWork(): void {
    this.#worker?.unref()
    this.#watch?.unref()
    if (this.#worker === null) this.#stopWatch()
  }

  #stopWatch(): void {
    if (this.#watch !== null) clearInterval(this.#watch)
    this.#watch = null
  }

  #checkOldest(): void {
    const [oldest] = this.#pending.values()
    if (oldest === undefined || this.#worker === null) return
    if (performance.now() - this.#runningSince <= oldest.timeoutMs) return
    // The thread is inside SQLite and cannot be interrupted; it ends, and rolls back, when that call returns.
    this.#fail(this.#worker, new StateError('busy', `a statement took longer than ${oldest.timeoutMs} ms`))
  }
}
