import { basename } from 'node:path'
import { CompletionError } from '../../completion/completion-error.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import type { Engine, EngineCapabilities } from '../../completion/engine.ts'
import { EngineLoadError } from '../../completion/engine-load-error.ts'
import type { Prompt } from '../../completion/prompt.ts'
import type { LlamaEngine } from './llama-engine.ts'
import type { LoadableModel, LoadedModels } from './loaded-models.ts'
import type { LlamaEngineSettings } from './settings.ts'

/** A model that could not be loaded is not tried again for this long. */
const RETRY_LOAD_MS = 10_000

/** What an engine is loaded by, and what follows it. */
export interface OnDemandOptions {
  readonly settings: LlamaEngineSettings
  readonly neededBytes: number
  readonly models: LoadedModels
  readonly open: (signal: AbortSignal) => Promise<LlamaEngine>
  readonly onLoad: () => void
  readonly onUnload: () => void
  /** The message is one line. */
  readonly onLoadFailed: (reason: string) => void
}

/** A GGUF model that is loaded when it is first asked for, and unloaded when it is idle or memory is short. */
export class OnDemandEngine implements Engine, LoadableModel {
  readonly #options: OnDemandOptions
  readonly #closing = new AbortController()
  #engine: LlamaEngine | null = null
  #loading: Promise<LlamaEngine> | null = null
  #unloading: Promise<void> | null = null
  /** Requests that wait for the model or run. */
  #requests = 0
  #contextWindowTokens = Number.POSITIVE_INFINITY
  #failedAtMs = Number.NEGATIVE_INFINITY
  #idleTimer: NodeJS.Timeout | null = null
  lastUsedMs = 0

  constructor(options: OnDemandOptions) {
    this.#options = options
    options.models.add(this)
  }

  get neededBytes(): number {
    return this.#options.neededBytes
  }

  /** The engine while its model is loaded. */
  get loadedEngine(): LlamaEngine | null {
    return this.#engine
  }

  get isLoaded(): boolean {
    return this.#engine !== null
  }

  get isLoading(): boolean {
    return this.#loading !== null
  }

  get isBusy(): boolean {
    return this.#requests > 0
  }

  /** It is not known before the model is loaded for the first time. */
  get contextWindowTokens(): number {
    return this.#engine?.contextWindowTokens ?? this.#contextWindowTokens
  }

  get capabilities(): EngineCapabilities {
    const { tools } = this.#options.settings
    return { tools, images: false, outputSchema: true, rawPrompts: true, logprobs: 'prompt' }
  }

  get description(): string {
    return (
      this.#engine?.description ?? `${basename(this.#options.settings.model)}: loaded when it is asked for`
    )
  }

  get processId(): number | null {
    return this.#engine?.processId ?? null
  }

  /** Whether it takes requests, which may wait until the model is loaded. */
  get isReady(): boolean {
    return !this.#closing.signal.aborted && (this.#engine?.isReady ?? true)
  }

  get isUnresponsive(): boolean {
    return this.#engine?.isUnresponsive ?? false
  }

  get sequenceLoad() {
    const { maxQueuedRequests } = this.#options.settings
    const unloaded = { busySequences: 0, maxSequences: 1, queuedRequests: this.#requests, maxQueuedRequests }
    return this.#engine?.sequenceLoad ?? unloaded
  }

  countTokens(prompt: Prompt, signal: AbortSignal): Promise<number> {
    return this.#use(signal, (engine) => engine.countTokens(prompt, signal))
  }

  async *generate(
    request: CompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CompletionEvent[]> {
    this.#begin()
    try {
      const engine = await this.#loaded(signal)
      yield* engine.generate(request, signal)
    } finally {
      this.#end()
    }
  }

  /** Loads the model before anyone asks for it. @throws CompletionError when it cannot be loaded */
  load(signal: AbortSignal): Promise<void> {
    return this.#use(signal, async () => undefined)
  }

  /** Ends the process of the model. Requests that still run fail as overloaded. */
  async unload(): Promise<void> {
    const engine = this.#engine
    if (engine === null) return
    this.#engine = null
    this.#unloading = engine.close().finally(() => {
      this.#unloading = null
    })
    this.#options.onUnload()
    await this.#unloading
  }

  async close(): Promise<void> {
    this.#closing.abort()
    if (this.#idleTimer) clearTimeout(this.#idleTimer)
    await this.#loading?.catch(() => undefined)
    await this.unload()
  }

  async #use<Result>(signal: AbortSignal, use: (engine: LlamaEngine) => Promise<Result>): Promise<Result> {
    this.#begin()
    try {
      return await use(await this.#loaded(signal))
    } finally {
      this.#end()
    }
  }

  #begin(): void {
    const { maxQueuedRequests } = this.#options.settings
    const isFull = this.#engine === null && this.#requests > maxQueuedRequests
    if (!this.isReady || isFull) throw new CompletionError('overloaded', 'Overloaded')
    this.#requests++
    if (this.#idleTimer) clearTimeout(this.#idleTimer)
  }

  #end(): void {
    this.lastUsedMs = performance.now()
    const { idleUnloadMs } = this.#options.settings
    if (--this.#requests > 0 || idleUnloadMs === 0 || this.#closing.signal.aborted) return
    this.#idleTimer = setTimeout(() => {
      if (!this.isBusy) void this.unload()
    }, idleUnloadMs)
    this.#idleTimer.unref()
  }

  /** The loaded model; a request that is cancelled does not wait for it. */
  async #loaded(signal: AbortSignal): Promise<LlamaEngine> {
    if (this.#engine !== null) return this.#engine
    if (signal.aborted) throw CompletionError.cancelled()
    if (performance.now() - this.#failedAtMs < RETRY_LOAD_MS) throw loadFailed()
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null
    })
    let onAbort = () => {}
    const cancelled = new Promise<never>((_, reject) => {
      onAbort = () => reject(CompletionError.cancelled())
      signal.addEventListener('abort', onAbort, { once: true })
    })
    try {
      return await Promise.race([this.#loading, cancelled])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  async #load(): Promise<LlamaEngine> {
    const { models, open, onLoad, onLoadFailed } = this.#options
    try {
      await this.#unloading
      const engine = await models.load(this, () => open(this.#closing.signal))
      this.#engine = engine
      this.#contextWindowTokens = engine.contextWindowTokens
      onLoad()
      return engine
    } catch (error) {
      if (!(error instanceof EngineLoadError)) throw error
      if (this.#closing.signal.aborted) throw CompletionError.engineClosed()
      this.#failedAtMs = performance.now()
      onLoadFailed(error.message)
      throw loadFailed()
    }
  }
}

function loadFailed(): CompletionError {
  return new CompletionError(
    'engine-failed',
    'The model could not be loaded; the log of the server says why.',
  )
}
