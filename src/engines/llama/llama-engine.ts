import { CompletionError } from '../../completion/completion-error.ts'
import type { CompletionEvent } from '../../completion/completion-event.ts'
import type { CompletionRequest } from '../../completion/completion-request.ts'
import type { Engine, EngineCapabilities } from '../../completion/engine.ts'
import { EngineLoadError } from '../../completion/engine-load-error.ts'
import { throughStep } from '../../completion/event-step.ts'
import { fitReply } from '../../completion/fit-reply.ts'
import type { Prompt } from '../../completion/prompt.ts'
import { AsyncQueue } from '../../util/async-queue.ts'
import { completionEvents } from './completion-events.ts'
import type {
  EngineCommand,
  EngineNotice,
  EngineReport,
  LoadedModel,
  LoadingProgress,
} from './engine-messages.ts'
import { EngineProcessHandle } from './engine-process-handle.ts'
import type { LlamaEngineSettings } from './llama-engine-settings.ts'
import { planReply, type ReplyPlan } from './plan-reply.ts'
import { choosePromptForm, type PromptForm, type PromptFormat } from './prompt-form.ts'
import { SequenceOccupancy } from './sequence-occupancy.ts'

const FIRST_RESTART_DELAY_MS = 250
const MAX_RESTART_DELAY_MS = 30_000

/** Who wants to know how an engine fares; every text is one line and holds no prompt. */
export interface LlamaEngineEvents {
  readonly onLoading?: (progress: LoadingProgress) => void
  /** The process died; it is being started again. */
  readonly onCrash?: (reason: string) => void
  readonly onRestart?: () => void
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
  readonly notices: AsyncQueue<EngineNotice>
  /** Ends it, wherever it is; may be called again. */
  readonly leave: () => void
}

/** A GGUF model in a process of its own: whatever happens to that process, the server goes on and starts it again. */
export class LlamaEngine implements Engine {
  readonly #options: LlamaEngineOptions
  /** Requests and token counts that the process works on, by id. At most `maxSequences + maxQueuedRequests`. */
  readonly #open = new Map<number, AsyncQueue<EngineNotice>>()
  readonly #occupancy = new SequenceOccupancy()
  #process: EngineProcessHandle | null = null
  #model: LoadedModel | null = null
  #form: PromptForm | null = null
  #isReady = false
  #isClosed = false
  #crashes = 0
  #restartTimer: NodeJS.Timeout | null = null
  #abandonLoad: (error: EngineLoadError) => void = () => undefined
  #nextId = 1

  private constructor(options: LlamaEngineOptions) {
    this.#options = options
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
      await engine.#load()
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
    return this.#promptForm.format
  }

  get contextWindowTokens(): number {
    return this.model.contextWindowTokens
  }

  get capabilities(): EngineCapabilities {
    const tools = this.#options.settings.tools === 'auto'
    return { tools, images: false, replySchema: true, verbatimPrompts: true }
  }

  /** One line about the model and how it runs. */
  get description(): string {
    const { description, buildName, contextWindowTokens, maxSequences, settings } = this.model
    const attention = settings.flashAttention ? ', flash attention' : ''
    return `${description}, ${this.format}, ${contextWindowTokens} tokens, ${counted(maxSequences, 'sequence')}, ${counted(settings.threads, 'thread')}, ${settings.kvCacheLayout} KV cache${attention}, ${buildName}`
  }

  /** The process that holds the model; null while there is none. */
  get processId(): number | null {
    return this.#process?.processId ?? null
  }

  /** False while the process is being started again. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** How busy the model is at this moment. */
  get sequenceLoad() {
    const { busySequences, queuedRequests } = this.#occupancy
    const { maxQueuedRequests } = this.#options.settings
    return { busySequences, maxSequences: this.model.maxSequences, queuedRequests, maxQueuedRequests }
  }

  async countTokens(prompt: Prompt, signal: AbortSignal): Promise<number> {
    const { id, notices, leave } = this.#admit(signal)
    try {
      this.#send({ type: 'count-tokens', id, prompt: this.#promptForm.form(prompt).text })
      const notice = await notices.next()
      if (notice.type !== 'count')
        throw new CompletionError('engine-failed', 'The engine did not count the tokens.')
      return notice.tokens
    } finally {
      leave()
    }
  }

  async *generate(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionEvent> {
    const { id, notices, leave } = this.#admit(signal)
    try {
      const { prompt, maxTokens, sampling, cacheScope = null } = request
      const formed = this.#promptForm.form(prompt)
      const plan = planReply(request, this.#promptForm.replyFormatOf(prompt), formed.start)
      const { bounds, visibleTexts } = plan
      const prompted = { prompt: formed.text, cacheScope }
      this.#send({ type: 'generate', id, ...prompted, maxTokens, sampling, bounds, visibleTexts })
      this.#occupancy.submitted(id)
      yield* this.#fitted(completionEvents(notices), prompt, plan)
    } finally {
      leave()
    }
  }

  /** In a conversation white space and turns of others go before the reply is read, in a text spaces come behind. */
  #fitted(events: AsyncIterable<CompletionEvent>, prompt: Prompt, { read }: ReplyPlan) {
    const fitted = fitReply(prompt, this.format === 'chat' ? 'turns' : 'text')
    return prompt.kind === 'conversation'
      ? read(throughStep(events, fitted))
      : throughStep(read(events), fitted)
  }

  /** Ends the process. Requests that still run fail as overloaded: another server, or this one later, can do them. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#isReady = false
    if (this.#restartTimer) clearTimeout(this.#restartTimer)
    this.#failOpen(
      new CompletionError('overloaded', 'Overloaded: the engine was closed before it had finished'),
    )
    this.#abandonLoad(new EngineLoadError('The engine was closed while it was loading.'))
    await this.#process?.close()
  }

  get #promptForm(): PromptForm {
    if (!this.#form) throw new Error('the engine is used before it is loaded')
    return this.#form
  }

  #admit(signal: AbortSignal): Admission {
    if (signal.aborted) throw cancelled()
    const mostOpen = this.model.maxSequences + this.#options.settings.maxQueuedRequests
    if (!this.#isReady || this.#open.size >= mostOpen) throw new CompletionError('overloaded', 'Overloaded')
    const id = this.#nextId++
    const notices = new AsyncQueue<EngineNotice>()
    this.#open.set(id, notices)
    this.#process?.keepAlive(true)
    const leave = () => {
      signal.removeEventListener('abort', onAbort)
      if (!this.#open.delete(id)) return
      this.#occupancy.left(id)
      // Of an id that has ended the process knows nothing more.
      this.#send({ type: 'cancel', id })
      this.#restIfIdle()
    }
    const onAbort = () => {
      notices.fail(cancelled())
      leave()
    }
    signal.addEventListener('abort', onAbort)
    return { id, notices, leave }
  }

  #restIfIdle(): void {
    if (this.#open.size === 0) this.#process?.keepAlive(false)
  }

  #send(command: EngineCommand): void {
    this.#process?.send(command)
  }

  #failOpen(error: CompletionError): void {
    for (const notices of this.#open.values()) notices.fail(error)
    this.#open.clear()
    this.#occupancy.clear()
  }

  #load(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#abandonLoad = reject
      this.#process = new EngineProcessHandle({
        onReport: (report) => {
          if (report.type === 'loaded') this.#loaded(report.model, resolve, reject)
          else if (report.type === 'load-failed') reject(new EngineLoadError(report.message))
          else this.#receive(report)
        },
        onExit: (reason) => {
          reject(new EngineLoadError(`${this.#options.settings.modelPath} could not be loaded (${reason}).`))
          if (this.#isReady) this.#restart(reason)
        },
      })
      this.#process.send({ type: 'load', settings: this.#options.settings })
    })
  }

  #loaded(model: LoadedModel, resolve: () => void, reject: (error: unknown) => void): void {
    try {
      this.#form = choosePromptForm(model, this.#options.format)
    } catch (error) {
      reject(error)
      return
    }
    this.#model = model
    this.#isReady = true
    this.#restIfIdle()
    resolve()
  }

  #receive(report: Extract<EngineReport, { type: 'loading' | 'notices' }>): void {
    if (report.type === 'loading') {
      this.#options.events?.onLoading?.(report.progress)
      return
    }
    this.#crashes = 0
    for (const notice of report.notices) {
      this.#occupancy.observe(notice)
      this.#open.get(notice.id)?.push(notice)
    }
  }

  #restart(reason: string): void {
    this.#isReady = false
    this.#options.events?.onCrash?.(reason)
    this.#failOpen(
      new CompletionError(
        'engine-failed',
        'The engine stopped while it worked on this request; it is being started again.',
      ),
    )
    this.#scheduleRestart()
  }

  #scheduleRestart(): void {
    if (this.#isClosed) return
    const delayMs = Math.min(FIRST_RESTART_DELAY_MS * 2 ** this.#crashes++, MAX_RESTART_DELAY_MS)
    this.#restartTimer = setTimeout(() => {
      this.#load().then(
        () => this.#options.events?.onRestart?.(),
        (error: Error) => {
          this.#options.events?.onCrash?.(error.message)
          this.#scheduleRestart()
        },
      )
    }, delayMs)
  }
}

function cancelled(): CompletionError {
  return new CompletionError('cancelled', 'The request was cancelled.')
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
