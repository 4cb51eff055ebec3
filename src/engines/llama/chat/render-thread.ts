import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { CompletionError } from '../../../completion/completion-error.ts'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import type { Prompt } from '../../../completion/prompt.ts'
import type { RenderedPrompt, RendererSetup } from './chat-prompt-renderer.ts'
import type { RenderCommand, RenderReport, SentOutputFormat } from './render-messages.ts'
import { turnPieces } from './turn-pieces.ts'

/** Limits beyond the budget of steps. */
export interface RenderLimits {
  /** For loading the template. */
  readonly openMs: number
  /** For rendering one prompt. */
  readonly renderMs: number
  readonly heapMb: number
  /** How long a thread that holds much is kept for the next prompt. */
  readonly idleMs: number
  /** What a thread may hold in its heap to be kept for longer than that. */
  readonly keptHeapMb: number
}

const LIMITS: RenderLimits = {
  openMs: 30_000,
  renderMs: 10_000,
  heapMb: 1_024,
  idleMs: Number.POSITIVE_INFINITY,
  keptHeapMb: 128,
}

const MEBIBYTE = 1024 * 1024

interface PendingReport {
  readonly resolve: (report: RenderReport) => void
  readonly reject: (error: Error) => void
}

/**
 * Renders conversations on a thread, one after another. A prompt that takes too long or too much memory fails alone: its
 * thread is ended and another one is started for the next prompt.
 */
export class RenderThread {
  readonly #setup: RendererSetup
  readonly #limits: RenderLimits
  #worker: Worker | null = null
  #opened: Promise<SentOutputFormat> | null = null
  #last: Promise<unknown> = Promise.resolve()
  #pending: PendingReport | null = null
  #idleTimer: NodeJS.Timeout | undefined
  /** What the thread had in its heap after its last prompt. */
  #heldBytes = 0

  constructor(setup: RendererSetup, limits: Partial<RenderLimits> = {}) {
    this.#setup = setup
    this.#limits = { ...LIMITS, ...limits }
  }

  /** Whether there is a thread. */
  get isRunning(): boolean {
    return this.#worker !== null
  }

  /** Starts the thread unless it runs; rejects with an EngineLoadError when the template cannot be used. */
  open(): Promise<SentOutputFormat> {
    this.#opened ??= this.#start()
    return this.#opened
  }

  /** Rejects with a CompletionError `invalid-request` when the template refuses the prompt or exceeds its limits. */
  render(prompt: Prompt, signal: AbortSignal): Promise<RenderedPrompt> {
    const rendered = this.#last.then(() => this.#renderNow(prompt, signal))
    // The next prompt waits for this one, but must not keep its result in memory.
    const over = () => this.#waitForNext()
    this.#last = rendered.then(over, over)
    return rendered
  }

  close(): Promise<void> {
    return this.#end()
  }

  /**
   * What a thread has rendered stays in its memory until it renders more. One that holds little is kept: ending threads again
   * and again would rely on V8 to take them down without a fault, and one that V8 finds then ends the process.
   */
  #waitForNext(): void {
    const { idleMs, keptHeapMb } = this.#limits
    if (idleMs === Number.POSITIVE_INFINITY || this.#heldBytes <= keptHeapMb * MEBIBYTE) return
    this.#idleTimer = setTimeout(() => void this.#end(), idleMs).unref()
  }

  async #start(): Promise<SentOutputFormat> {
    try {
      this.#worker = this.#newWorker()
      const report = await this.#reportWithin(this.#limits.openMs)
      if (report.type === 'opened') return report.format
      throw new EngineLoadError(
        report.type === 'open-failed' ? report.message : 'Its thread sent an unexpected message.',
      )
    } catch (error) {
      await this.#end()
      if (error instanceof EngineLoadError) throw error
      throw new EngineLoadError(
        `The model's chat template cannot be used (${(error as Error).message}): use --format raw to send prompts as text.`,
      )
    }
  }

  #newWorker(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const { heapMb } = this.#limits
    const worker = new Worker(new URL(`./render-worker.${extension}`, import.meta.url), {
      workerData: this.#setup,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    })
    worker.on('message', (report: RenderReport) => this.#pending?.resolve(report))
    worker.on('error', (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY'
      this.#lose(worker, isMemory ? `it takes more than ${heapMb} MB of memory` : error.message)
    })
    worker.on('exit', () => this.#lose(worker, 'its thread ended'))
    return worker
  }

  async #renderNow(prompt: Prompt, signal: AbortSignal): Promise<RenderedPrompt> {
    const { text: _, turns, ...frame } = prompt
    clearTimeout(this.#idleTimer)
    try {
      await this.open()
      // The request may have been cancelled while others were rendered.
      signal.throwIfAborted()
      this.#send({ type: 'begin', frame })
      for (const pieces of turnPieces(turns)) {
        this.#send({ type: 'turns', pieces })
        await setImmediate()
      }
      this.#send({ type: 'render' })
    } catch (error) {
      throw signal.aborted ? CompletionError.cancelled() : failed(error as Error)
    }
    const report = await this.#reportWithin(this.#limits.renderMs).catch(async (error: Error) => {
      await this.#end()
      throw failed(error)
    })
    if ('heldBytes' in report) this.#heldBytes = report.heldBytes
    if (report.type === 'rendered') return report.prompt
    if (report.type === 'failed') throw new CompletionError(report.code, report.message)
    throw failed(new Error('its thread sent an unexpected message'))
  }

  #send(command: RenderCommand): void {
    this.#worker?.postMessage(command)
  }

  /** Waits for the thread's next report. Only meanwhile does the thread keep the process alive. */
  async #reportWithin(limitMs: number): Promise<RenderReport> {
    const worker = this.#worker
    if (worker === null) throw new Error('its thread ended')
    worker.ref()
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise((resolve, reject) => {
        this.#pending = { resolve, reject }
        timer = setTimeout(() => reject(new Error(`it takes more than ${limitMs / 1000} seconds`)), limitMs)
      })
    } finally {
      clearTimeout(timer)
      worker.unref()
      this.#pending = null
    }
  }

  #lose(worker: Worker, why: string): void {
    if (this.#worker !== worker) return
    this.#worker = null
    this.#opened = null
    this.#pending?.reject(new Error(why))
  }

  async #end(): Promise<void> {
    const worker = this.#worker
    if (worker === null) return
    this.#lose(worker, 'its thread was ended')
    await worker.terminate()
  }
}

function failed(error: Error): CompletionError {
  if (error instanceof EngineLoadError) return new CompletionError('engine-failed', error.message)
  return new CompletionError(
    'invalid-request',
    `prompt: the model's chat template cannot render it: ${error.message}`,
    { cause: error },
  )
}
