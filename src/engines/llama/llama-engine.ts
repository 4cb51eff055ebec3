import { CompletionError } from '../../completion/completion-error.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import type { Engine, EngineCapabilities } from '../../completion/engine.ts'
import { type EventTransform, transformEvents } from '../../completion/event-transform.ts'
import type { Prompt } from '../../completion/prompt.ts'
import { refuseLongPrompt, refuseLongTexts } from '../../completion/refuse-long-prompt.ts'
import { replyTransform } from '../../completion/reply-transform.ts'
import { textDeltaJoiner } from '../../completion/text-delta-joiner.ts'
import type { AsyncQueue } from '../../util/async-queue.ts'
import type { StartPhases } from '../../util/start-phases.ts'
import { choosePromptRenderer, type PromptRenderer } from './chat/prompt-renderer.ts'
import { describeModel, type EngineDetail, modelDetails } from './describe-model.ts'
import { OpenRequests } from './open-requests.ts'
import { type OutputPlan, planOutput } from './output-parsing/plan-output.ts'
import type { DraftCounts } from './protocol/draft-counts.ts'
import type { EngineCommand } from './protocol/engine-command.ts'
import type { LoadingProgress } from './protocol/engine-message.ts'
import { splitGroups } from './protocol/grouped-text.ts'
import type { LoadedModel } from './protocol/loaded-model.ts'
import type { LlamaEngineSettings, PromptFormat } from './settings.ts'
import { EngineSupervisor } from './supervision/engine-supervisor.ts'

/** Callbacks about the state of an engine. Every text is one line and holds no prompt. */
export interface LlamaEngineEvents {
  readonly onLoading?: (progress: LoadingProgress) => void
  /** The process died, was killed because it did not respond, or could not be started; it is being restarted. */
  readonly onCrash?: (reason: string) => void
  readonly onRestart?: () => void
  /** The process has not responded for longer than any step takes, or responds again. */
  readonly onUnresponsive?: (isUnresponsive: boolean) => void
  /** The process did not respond within its time limit, and is killed. */
  readonly onStall?: () => void
  /** Draft tokens were evaluated. */
  readonly onDrafts?: (drafts: readonly DraftCounts[]) => void
}

export interface LlamaEngineOptions {
  readonly settings: LlamaEngineSettings
  readonly events?: LlamaEngineEvents
  /** Aborts opening. */
  readonly signal?: AbortSignal
}

/** A GGUF model in a process of its own. The server outlives that process, and restarts it. */
export class LlamaEngine implements Engine {
  readonly #options: LlamaEngineOptions
  /** At most `maxSequences + maxQueuedRequests`. */
  readonly #requests: OpenRequests
  readonly #supervisor: EngineSupervisor
  #model: LoadedModel | null = null
  #render: PromptRenderer | null = null
  #isClosed = false
  #loadedAtMs: number | null = null

  private constructor(options: LlamaEngineOptions) {
    this.#options = options
    const { events } = options
    this.#requests = new OpenRequests({
      onOpen: () => this.#supervisor.keepAlive(true),
      onCancel: (id) => this.#supervisor.send({ type: 'cancel', id }),
      onIdle: () => this.#supervisor.keepAlive(false),
    })
    this.#supervisor = new EngineSupervisor(options.settings, {
      onLoading: (progress) => events?.onLoading?.(progress),
      onLoaded: (model) => this.#loaded(model),
      onOutputs: (outputs) => this.#requests.receive(outputs),
      onTokenCount: (id, tokens) => this.#requests.receiveTokenCount(id, tokens),
      onDrafts: (drafts) => events?.onDrafts?.(drafts),
      onUnresponsive: (isUnresponsive) => events?.onUnresponsive?.(isUnresponsive),
      onStall: () => {
        events?.onStall?.()
        this.#requests.refuseUnbegun()
      },
      onLost: (reason) => {
        events?.onCrash?.(reason)
        this.#requests.failAll(new CompletionError('engine-failed', STOPPED))
      },
      onRestartFailed: (reason) => events?.onCrash?.(reason),
      onRestart: () => events?.onRestart?.(),
    })
  }

  /**
   * Loads a model and measures its best settings.
   *
   * @throws EngineLoadError with a message of one line
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

  /** Since when its process runs; null before it is loaded. */
  get loadedAtMs(): number | null {
    return this.#loadedAtMs
  }

  get format(): PromptFormat {
    return this.#promptRenderer.format
  }

  get contextWindowTokens(): number {
    return this.model.contextWindowTokens
  }

  get capabilities(): EngineCapabilities {
    const { tools } = this.#options.settings
    return { tools, images: false, outputSchema: true, rawPrompts: true, logprobs: 'prompt' }
  }

  /** One line about the model and its settings. */
  get description(): string {
    return describeModel(this.#options.settings.model, this.model)
  }

  /** Further lines, each with a title. */
  get details(): readonly EngineDetail[] {
    return modelDetails(this.model, this.format)
  }

  /** Null while there is no process. */
  get processId(): number | null {
    return this.#supervisor.processId
  }

  /** When the phases of its process's start ended. */
  get startPhases(): StartPhases {
    return this.#supervisor.startPhases
  }

  /** False while the process is being restarted. */
  get isReady(): boolean {
    return this.#supervisor.isReady
  }

  /**
   * Whether the process has not responded for longer than any step takes. Requests are still admitted: it may respond
   * again before a client could retry elsewhere.
   */
  get isUnresponsive(): boolean {
    return this.#supervisor.isUnresponsive
  }

  get sequenceLoad() {
    const { busySequences, queuedRequests } = this.#requests.occupancy
    const { maxQueuedRequests } = this.#options.settings
    return { busySequences, maxSequences: this.model.maxSequences, queuedRequests, maxQueuedRequests }
  }

  async countTokens(prompt: Prompt, signal: AbortSignal): Promise<number> {
    this.#checkAdmission(signal)
    const { id, results, cancel } = this.#requests.openTokenCount(signal)
    try {
      const { parts } = await this.#promptRenderer.render(prompt, signal)
      this.#sendOpen({ type: 'count-tokens', id, prompt: parts, tokens: prompt.tokens ?? null })
      const [tokens = 0] = await results.takeAll()
      return tokens
    } finally {
      cancel()
    }
  }

  async *generate(
    request: CompletionRequest,
    signal: AbortSignal,
  ): AsyncGenerator<readonly CompletionEvent[]> {
    await this.#refuseLongPrompt(request.prompt, signal)
    this.#checkAdmission(signal)
    const { id, results, cancel } = this.#requests.openGeneration(signal)
    try {
      const { prompt, maxTokens, sampling, cacheScope = null, logprobs = null } = request
      const rendered = await this.#promptRenderer.render(prompt, signal)
      const plan = planOutput(request, this.#promptRenderer.outputFormatOf(prompt), rendered.start)
      const texts = rendered.parts.map(({ text }) => text)
      await refuseLongTexts(texts, this.model, signal)
      const { constraint, preservedTokens } = plan
      const prompted = { prompt: rendered.parts, tokens: prompt.tokens ?? null, cacheScope, logprobs }
      this.#sendOpen({
        type: 'generate',
        id,
        ...prompted,
        maxTokens,
        sampling,
        constraint,
        preservedTokens,
        isBackground: request.isBackground ?? false,
      })
      if (this.#requests.has(id)) this.#requests.occupancy.submit(id)
      const join = plan.endsReplies ? splitGroups : textDeltaJoiner(request.stopSequences, splitGroups)
      yield* this.#fitted(untilEnd(results, join), prompt, plan)
    } finally {
      cancel()
    }
  }

  /** Refuses a prompt that cannot fit before it is rendered or queued. */
  async #refuseLongPrompt(prompt: Prompt, signal: AbortSignal): Promise<void> {
    const { contextWindowTokens, longestTokenBytes } = this.model
    const promptShape = this.format === 'chat' ? 'turns' : 'text'
    await refuseLongPrompt(prompt, { contextWindowTokens, longestTokenBytes, promptShape }, signal)
  }

  /** Removes white space and turns of others: before parsing in a conversation, after it in a text. */
  #fitted(events: AsyncIterable<readonly CompletionEvent[]>, prompt: Prompt, { parse }: OutputPlan) {
    const fitted = replyTransform(prompt, this.format === 'chat' ? 'turns' : 'text')
    return prompt.kind === 'conversation'
      ? parse(transformEvents(events, fitted))
      : transformEvents(parse(events), fitted)
  }

  /** Ends the process. Running requests fail as overloaded: another server, or this one later, can serve them. */
  async close(): Promise<void> {
    this.#isClosed = true
    const closed = this.#supervisor.close()
    this.#requests.failAll(CompletionError.engineClosed())
    await Promise.all([closed, this.#render?.close()])
  }

  async #loaded(model: LoadedModel): Promise<void> {
    const render = await choosePromptRenderer(model, this.#options.settings.format)
    await this.#render?.close()
    if (this.#isClosed) await render.close()
    this.#render = render
    this.#model = model
    this.#loadedAtMs = Date.now()
  }

  get #promptRenderer(): PromptRenderer {
    if (!this.#render) throw new Error('the engine is used before it is loaded')
    return this.#render
  }

  #checkAdmission(signal: AbortSignal): void {
    if (signal.aborted) throw CompletionError.cancelled()
    const maxRequests = this.model.maxSequences + this.#options.settings.maxQueuedRequests
    if (!this.isReady || this.#requests.size >= maxRequests)
      throw new CompletionError('overloaded', 'Overloaded')
  }

  /** Sends a command, unless its request was cancelled or the process ended while the prompt was rendered. */
  #sendOpen(command: Extract<EngineCommand, { type: 'generate' | 'count-tokens' }>): void {
    if (this.#requests.has(command.id)) this.#supervisor.send(command)
  }
}

/**
 * Yields events as they arrive. Those that waited for a slow reader come in one array.
 *
 * @param join their texts, where it pays
 */
async function* untilEnd(
  events: AsyncQueue<CompletionEvent>,
  join: EventTransform,
): AsyncGenerator<readonly CompletionEvent[]> {
  for (;;) {
    const together = join(await events.takeAll())
    yield together
    if (together.at(-1)?.type === 'completion-end') return
  }
}

const STOPPED = 'The engine stopped while it worked on this request; it is being started again.'
