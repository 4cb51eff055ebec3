import { CompletionError } from '../../completion/completion-error.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import type { Engine, EngineCapabilities } from '../../completion/engine.ts'
import { throughStep } from '../../completion/event-step.ts'
import { fitReply } from '../../completion/fit-reply.ts'
import type { Prompt } from '../../completion/prompt.ts'
import { refuseLongPrompt } from '../../completion/refuse-long-prompt.ts'
import { AsyncQueue } from '../../util/async-queue.ts'
import { choosePromptRenderer, type PromptFormat, type PromptRenderer } from './chat/prompt-renderer.ts'
import { completionEvents } from './completion-events.ts'
import type { LlamaEngineSettings } from './llama-engine-settings.ts'
import { type OutputPlan, planOutput } from './output-parsing/plan-output.ts'
import type { EngineCommand, EngineOutput, LoadedModel, LoadingProgress } from './protocol/engine-messages.ts'
import { SequenceOccupancy } from './sequence-occupancy.ts'
import { EngineSupervisor } from './supervision/engine-supervisor.ts'

/** Who wants to know how an engine fares; every text is one line and holds no prompt. */
export interface LlamaEngineEvents {
  readonly onLoading?: (progress: LoadingProgress) => void
  /** The process died, was ended because it did not answer, or could not be started; it is being started again. */
  readonly onCrash?: (reason: string) => void
  readonly onRestart?: () => void
  /** The process has not answered for longer than any step takes, or answers again. */
  readonly onUnresponsive?: (isUnresponsive: boolean) => void
  /** It did not answer for as long as it may: it is ended. */
  readonly onStall?: () => void
}

/** What is needed to open a model. */
export interface LlamaEngineOptions {
  readonly settings: LlamaEngineSettings
  /** Null chooses by the model's file. */
  readonly format: PromptFormat | null
  readonly events?: LlamaEngineEvents
  /** Gives the opening up. */
  readonly signal?: AbortSignal
}

/** A request that the process works on. */
interface Admission {
  readonly id: number
  readonly outputs: AsyncQueue<EngineOutput>
  /** Ends it, wherever it is; may be called again. */
  readonly cancel: () => void
}

/** A request or a count that the process was sent. */
interface OpenRequest {
  readonly outputs: AsyncQueue<EngineOutput>
  /** Whether the process has told anything about it. */
  hasBegun: boolean
}

/** A GGUF model in a process of its own: whatever happens to that process, the server goes on and starts it again. */
export class LlamaEngine implements Engine {
  readonly #options: LlamaEngineOptions
  /** Requests and token counts that the process works on, by id. At most `maxSequences + maxQueuedRequests`. */
  readonly #open = new Map<number, OpenRequest>()
  readonly #occupancy = new SequenceOccupancy()
  readonly #supervisor: EngineSupervisor
  #model: LoadedModel | null = null
  #render: PromptRenderer | null = null
  #nextId = 1
  #isClosed = false

  private constructor(options: LlamaEngineOptions) {
    this.#options = options
    const { events } = options
    this.#supervisor = new EngineSupervisor(options.settings, {
      onLoading: (progress) => events?.onLoading?.(progress),
      onLoaded: (model) => this.#loaded(model),
      onNotices: (outputs) => this.#receive(outputs),
      onUnresponsive: (isUnresponsive) => events?.onUnresponsive?.(isUnresponsive),
      onStall: () => {
        events?.onStall?.()
        this.#refuseUnbegun()
      },
      onLost: (reason) => {
        events?.onCrash?.(reason)
        this.#failOpen(new CompletionError('engine-failed', STOPPED))
      },
      onRestartFailed: (reason) => events?.onCrash?.(reason),
      onRestart: () => events?.onRestart?.(),
    })
  }

  /**
   * Loads a model and measures its best settings.
   *
   * @throws EngineLoadError with one line that says what is wrong
   */
  static async open(options: LlamaEngineOptions): Promise<LlamaEngine> {
    const engine = new LlamaEngine(options)
    options.signal?.addEventListener('abort', () => void engine.close(), { once: true })
    try {
      await engine.#supervisor.load()
      return engine
    } catch (error) {
      await engine.close()
      throw error
    }
  }

  get model(): LoadedModel {
    if (!this.#model) throw new Error('the engine is used before it is loaded')
    return this.#model
  }

  get format(): PromptFormat {
    return this.#promptRenderer.format
  }

  get contextWindowTokens(): number {
    return this.model.contextWindowTokens
  }

  get capabilities(): EngineCapabilities {
    const tools = this.#options.settings.tools === 'auto'
    return { tools, images: false, outputSchema: true, rawPrompts: true }
  }

  /** One line about the model and how it runs. */
  get description(): string {
    const { description, buildName, contextWindowTokens, maxSequences, settings } = this.model
    const attention = settings.flashAttention ? ', flash attention' : ''
    return `${description}, ${this.format}, ${contextWindowTokens} tokens, ${counted(maxSequences, 'sequence')}, ${counted(settings.threads, 'thread')}, ${settings.kvCacheLayout} KV cache${attention}, ${buildName}`
  }

  /** The process that holds the model; null while there is none. */
  get processId(): number | null {
    return this.#supervisor.processId
  }

  /** False while the process is being started again. */
  get isReady(): boolean {
    return this.#supervisor.isReady
  }

  /**
   * Whether the process has not answered for longer than any step takes. Requests are still admitted: it may be back
   * before they would have been asked again elsewhere.
   */
  get isUnresponsive(): boolean {
    return this.#supervisor.isUnresponsive
  }

  /** How busy the model is at this moment. */
  get sequenceLoad() {
    const { busySequences, queuedRequests } = this.#occupancy
    const { maxQueuedRequests } = this.#options.settings
    return { busySequences, maxSequences: this.model.maxSequences, queuedRequests, maxQueuedRequests }
  }

  async countTokens(prompt: Prompt, signal: AbortSignal): Promise<number> {
    const { id, outputs, cancel } = this.#admit(signal)
    try {
      const { parts } = await this.#promptRenderer.render(prompt, signal)
      this.#sendOpen({ type: 'count-tokens', id, prompt: parts })
      const [output] = await outputs.takeAll()
      if (output?.type !== 'count')
        throw new CompletionError('engine-failed', 'The engine did not count the tokens.')
      return output.tokens
    } finally {
      cancel()
    }
  }

  async *generate(
    request: CompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CompletionEvent[]> {
    await this.#refuseLongPrompt(request.prompt, signal)
    const { id, outputs, cancel } = this.#admit(signal)
    try {
      const { prompt, maxTokens, sampling, cacheScope = null } = request
      const rendered = await this.#promptRenderer.render(prompt, signal)
      const plan = planOutput(request, this.#promptRenderer.outputFormatOf(prompt), rendered.start)
      const { constraint, preservedTokenTexts } = plan
      const prompted = { prompt: rendered.parts, cacheScope }
      this.#sendOpen({
        type: 'generate',
        id,
        ...prompted,
        maxTokens,
        sampling,
        constraint,
        preservedTokenTexts,
      })
      if (this.#open.has(id)) this.#occupancy.submitted(id)
      yield* this.#fitted(completionEvents(outputs), prompt, plan)
    } finally {
      cancel()
    }
  }

  /** What cannot fit is not rendered, and waits for nothing. */
  async #refuseLongPrompt(prompt: Prompt, signal: AbortSignal): Promise<void> {
    const { contextWindowTokens, longestTokenBytes } = this.model
    const form = this.format === 'chat' ? 'turns' : 'text'
    await refuseLongPrompt(prompt, { contextWindowTokens, longestTokenBytes, form }, signal)
  }

  /** In a conversation white space and turns of others go before the reply is read, in a text spaces come behind. */
  #fitted(events: AsyncIterable<readonly CompletionEvent[]>, prompt: Prompt, { read }: OutputPlan) {
    const fitted = fitReply(prompt, this.format === 'chat' ? 'turns' : 'text')
    return prompt.kind === 'conversation'
      ? read(throughStep(events, fitted))
      : throughStep(read(events), fitted)
  }

  /** Ends the process. Requests that still run fail as overloaded: another server, or this one later, can do them. */
  async close(): Promise<void> {
    this.#isClosed = true
    const closed = this.#supervisor.close()
    this.#failOpen(CompletionError.engineClosed())
    await Promise.all([closed, this.#render?.close()])
  }

  async #loaded(model: LoadedModel): Promise<void> {
    const render = await choosePromptRenderer(model, this.#options.format)
    await this.#render?.close()
    if (this.#isClosed) await render.close()
    this.#render = render
    this.#model = model
  }

  get #promptRenderer(): PromptRenderer {
    if (!this.#render) throw new Error('the engine is used before it is loaded')
    return this.#render
  }

  #admit(signal: AbortSignal): Admission {
    if (signal.aborted) throw CompletionError.cancelled()
    const mostOpen = this.model.maxSequences + this.#options.settings.maxQueuedRequests
    if (!this.isReady || this.#open.size >= mostOpen) throw new CompletionError('overloaded', 'Overloaded')
    const id = this.#nextId++
    const outputs = new AsyncQueue<EngineOutput>()
    this.#open.set(id, { outputs, hasBegun: false })
    this.#supervisor.keepAlive(true)
    const cancel = () => {
      signal.removeEventListener('abort', onAbort)
      if (!this.#open.delete(id)) return
      this.#occupancy.cancelled(id)
      // Of an id that has ended the process knows nothing more.
      this.#supervisor.send({ type: 'cancel', id })
      this.#restIfIdle()
    }
    const onAbort = () => {
      outputs.fail(CompletionError.cancelled())
      cancel()
    }
    signal.addEventListener('abort', onAbort)
    return { id, outputs, cancel }
  }

  #restIfIdle(): void {
    if (this.#open.size === 0) this.#supervisor.keepAlive(false)
  }

  /** Sends what is still wanted: while a prompt was rendered its caller may have left, or the process ended. */
  #sendOpen(command: Extract<EngineCommand, { type: 'generate' | 'count-tokens' }>): void {
    if (this.#open.has(command.id)) this.#supervisor.send(command)
  }

  #receive(received: readonly EngineOutput[]): void {
    for (const output of received) {
      this.#occupancy.observe(output)
      const request = this.#open.get(output.id)
      if (request === undefined) continue
      request.hasBegun = true
      request.outputs.push(output)
    }
  }

  /** Of these nothing was done: another server, or this one later, can do them. */
  #refuseUnbegun(): void {
    for (const { outputs, hasBegun } of this.#open.values()) {
      if (!hasBegun) outputs.fail(new CompletionError('overloaded', 'Overloaded: the engine did not answer'))
    }
  }

  #failOpen(error: CompletionError): void {
    for (const { outputs } of this.#open.values()) outputs.fail(error)
    this.#open.clear()
    this.#occupancy.clear()
  }
}

const STOPPED = 'The engine stopped while it worked on this request; it is being started again.'

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
