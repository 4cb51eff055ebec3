import { setTimeout as delay } from 'node:timers/promises'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import type { StartPhases } from '../../../util/start-phases.ts'
import type { DraftCounts } from '../protocol/draft-counts.ts'
import type { EngineCommand } from '../protocol/engine-command.ts'
import type { EngineMessage, EngineOutput, LoadingProgress } from '../protocol/engine-message.ts'
import type { LoadedModel } from '../protocol/loaded-model.ts'
import type { LlamaEngineSettings } from '../settings.ts'
import { EngineProcessHandle } from './engine-process-handle.ts'
import { loadTimeoutMs, responseTimeoutMs } from './engine-timeouts.ts'
import { ProcessorWait } from './processor-wait.ts'
import { Watchdog } from './watchdog.ts'

const FIRST_RESTART_DELAY_MS = 250
const MAX_RESTART_DELAY_MS = 30_000
/** How long to wait for a killed process to end: one that hangs in a driver or on a disk may never end. */
const CLOSE_MS = 5_000

/** Callbacks about the engine's process. Every text is one line and holds no prompt. */
export interface SupervisorEvents {
  readonly onLoading: (progress: LoadingProgress) => void
  /** Prepares for the model; if it rejects, loading fails for that reason. */
  readonly onLoaded: (model: LoadedModel) => Promise<void>
  readonly onOutputs: (outputs: readonly EngineOutput[]) => void
  readonly onTokenCount: (id: number, tokens: number) => void
  readonly onDrafts: (drafts: readonly DraftCounts[]) => void
  /** The loaded process has not responded for longer than any step takes, or responds again. */
  readonly onUnresponsive: (isUnresponsive: boolean) => void
  /** The process did not respond within its time limit, and is killed. */
  readonly onStall: () => void
  /** The process ended, with all requests in it, and is being restarted. */
  readonly onLost: (reason: string) => void
  /** A restart failed; another one follows. */
  readonly onRestartFailed: (reason: string) => void
  readonly onRestart: () => void
}

/** Starts the engine's process, watches it, kills it when it does not respond, and restarts it. */
export class EngineSupervisor {
  readonly #settings: LlamaEngineSettings
  readonly #events: SupervisorEvents
  #process: EngineProcessHandle | null = null
  #phases: StartPhases = {}
  #watchdog: Watchdog | null = null
  #isReady = false
  #isClosed = false
  /** Failures since a request was completed or a process ran for long. */
  #failures = 0
  #readySinceMs = 0
  #restartTimer: NodeJS.Timeout | null = null
  #abandonLoad: (error: EngineLoadError) => void = () => undefined

  constructor(settings: LlamaEngineSettings, events: SupervisorEvents) {
    this.#settings = settings
    this.#events = events
  }

  /** Null while there is no process. */
  get processId(): number | null {
    return this.#process?.processId ?? null
  }

  /** When the phases of its process's start ended. */
  get startPhases(): StartPhases {
    return this.#phases
  }

  /** False while the process loads, for the first time or again. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** Whether the loaded process has not responded for longer than any step takes. */
  get isUnresponsive(): boolean {
    return this.#isReady && (this.#watchdog?.isUnresponsive ?? false)
  }

  send(command: EngineCommand): void {
    this.#process?.send(command)
  }

  /** Sets whether the engine keeps this process alive. */
  keepAlive(isNeeded: boolean): void {
    this.#process?.keepAlive(isNeeded)
  }

  /**
   * Starts the process and loads the model.
   *
   * @throws EngineLoadError with a message of one line
   */
  load(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#abandonLoad = reject
      let isGone = false
      const handle = new EngineProcessHandle({
        onMessage: (message) => {
          this.#watchdog?.reset()
          if (message.type === 'loaded') {
            this.#phases = message.phases
            this.#loaded(handle, message.model, () => isGone).then(resolve, reject)
          } else if (message.type === 'load-failed') reject(new EngineLoadError(message.message))
          else this.#receive(message)
        },
        onExit: (reason) => {
          isGone = true
          this.#watchdog?.stop()
          reject(this.#loadError(reason))
          if (this.#isReady) this.#lose(reason)
        },
      })
      this.#process = handle
      this.#watchLoading(handle, reject)
      handle.send({ type: 'load', settings: this.#settings })
    })
  }

  /** Ends the process and does not restart it. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#isReady = false
    if (this.#restartTimer) clearTimeout(this.#restartTimer)
    this.#watchdog?.stop()
    this.#abandonLoad(new EngineLoadError('The engine was closed while it was loading.'))
    const patience = new AbortController()
    const late = delay(CLOSE_MS, undefined, { signal: patience.signal }).catch(() => undefined)
    await Promise.race([this.#process?.close(), late])
    patience.abort()
  }

  #watchLoading(handle: EngineProcessHandle, reject: (error: EngineLoadError) => void): void {
    const limitMs = loadTimeoutMs(this.#settings)
    this.#watchdog = new Watchdog({
      limitMs,
      waitedMs: processorWaitOf(handle),
      onTimeout: () => {
        this.#events.onStall()
        void handle.close()
        reject(this.#loadError(`it made no progress for ${limitMs / 1000} s`))
      },
    })
  }

  #watchRunning(handle: EngineProcessHandle, model: LoadedModel): void {
    const limitMs = responseTimeoutMs(this.#settings, model)
    this.#watchdog?.stop()
    this.#watchdog = new Watchdog({
      limitMs,
      waitedMs: processorWaitOf(handle),
      ping: () => handle.send({ type: 'ping' }),
      onChange: this.#events.onUnresponsive,
      onTimeout: () => {
        this.#events.onStall()
        void handle.close()
        this.#lose(`it did not respond for ${limitMs / 1000} s and was killed`)
      },
    })
  }

  async #loaded(handle: EngineProcessHandle, model: LoadedModel, isGone: () => boolean): Promise<void> {
    // The process now waits for the server.
    this.#watchdog?.stop()
    await this.#events.onLoaded(model)
    if (this.#isClosed || isGone()) throw this.#loadError('its process ended')
    this.#isReady = true
    this.#readySinceMs = performance.now()
    this.#watchRunning(handle, model)
    handle.keepAlive(false)
  }

  #receive(message: Exclude<EngineMessage, { type: 'loaded' | 'load-failed' }>): void {
    switch (message.type) {
      case 'loading':
        this.#events.onLoading(message.progress)
        break
      case 'outputs':
        if (message.outputs.some(isEnd)) this.#failures = 0
        this.#events.onOutputs(message.outputs)
        if (message.drafts !== undefined) this.#events.onDrafts(message.drafts)
        break
      case 'token-count':
        this.#failures = 0
        this.#events.onTokenCount(message.id, message.tokens)
    }
  }

  #loadError(reason: string): EngineLoadError {
    return new EngineLoadError(`${this.#settings.model} could not be loaded (${reason}).`)
  }

  #lose(reason: string): void {
    this.#isReady = false
    if (performance.now() - this.#readySinceMs > MAX_RESTART_DELAY_MS) this.#failures = 0
    this.#events.onLost(reason)
    void this.#scheduleRestart()
  }

  /** Starts another process only after this one has freed its memory. */
  async #scheduleRestart(): Promise<void> {
    this.#watchdog?.stop()
    await this.#process?.close()
    if (this.#isClosed) return
    const delayMs = Math.min(FIRST_RESTART_DELAY_MS * 2 ** this.#failures++, MAX_RESTART_DELAY_MS)
    this.#restartTimer = setTimeout(() => {
      this.load().then(this.#events.onRestart, (error: Error) => {
        if (this.#isClosed) return
        this.#events.onRestartFailed(error.message)
        void this.#scheduleRestart()
      })
    }, delayMs)
  }
}

function processorWaitOf({ processId }: EngineProcessHandle): () => number {
  if (processId === null) return () => 0
  const wait = new ProcessorWait(processId)
  return () => wait.sinceLastMs()
}

function isEnd(output: EngineOutput): boolean {
  return 'events' in output && output.events.at(-1)?.type === 'completion-end'
}
