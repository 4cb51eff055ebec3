import { CompletionError } from '../../../completion/completion-error.ts'
import { TOO_COMPLEX } from '../grammar/schema-error.ts'
import type { EngineCommand } from '../protocol/engine-command.ts'
import type { EngineMessage, EngineOutput } from '../protocol/engine-message.ts'
import { PrefillBudget } from '../scheduling/prefill-budget.ts'
import { Scheduler } from '../scheduling/scheduler.ts'
import { Speculation } from '../scheduling/speculation.ts'
import { type LoadedEngine, MAX_PREFILL_TOKENS, MIN_PREFILL_TOKENS } from './load-engine.ts'
import { OutputBuffer } from './output-buffer.ts'
import { PromptTokenizer, type TokenizedPrompt } from './prompt-tokenizer.ts'

/** The time limits of a step with prefill, while other sequences decode and while none does. */
const MIXED_STEP = { targetMs: 50, maxTileMs: 200 }
const PREFILL_STEP = { targetMs: 100, maxTileMs: 1_000 }
/** How long tokenizing new prompts may delay a step. */
const TOKENIZE_MS = 20

type WorkCommand = Exclude<EngineCommand, { type: 'load' | 'ping' }>
type PromptCommand = Exclude<WorkCommand, { type: 'cancel' }>
type GenerateCommand = Extract<EngineCommand, { type: 'generate' }>

/** The loop of the engine's process. It receives commands between two steps, and sends events after each. */
export class EngineLoop {
  readonly #engine: LoadedEngine
  readonly #send: (message: EngineMessage) => void
  readonly #scheduler: Scheduler
  readonly #speculation: Speculation | null
  readonly #tokenizer: PromptTokenizer
  readonly #outputs: OutputBuffer
  #isScheduled = false

  /** @param send sends a message to the server */
  constructor(engine: LoadedEngine, send: (message: EngineMessage) => void) {
    this.#engine = engine
    this.#send = send
    const { contextWindowTokens } = engine.loaded
    this.#tokenizer = new PromptTokenizer(engine.model.vocabulary, contextWindowTokens, () => {
      this.#outputs.endStep(Number.POSITIVE_INFINITY)
      this.#schedule()
    })
    this.#outputs = new OutputBuffer(
      (outputs) => this.#sendOutputs(outputs),
      () => performance.now(),
    )
    const nowMs = () => performance.now()
    this.#speculation = engine.speculation && new Speculation({ ...engine.speculation, nowMs })
    this.#scheduler = new Scheduler({
      context: engine.context,
      speculation: this.#speculation,
      prefillBudget: new PrefillBudget({
        // In reproducible mode every chunk has the same size on every machine: the size affects the arithmetic.
        minTokens: engine.reproducible ? MAX_PREFILL_TOKENS : MIN_PREFILL_TOKENS,
        maxTokens: MAX_PREFILL_TOKENS,
        mixedStep: MIXED_STEP,
        prefillStep: PREFILL_STEP,
      }),
      oneSequencePerBatch: engine.reproducible,
      nowMs,
      effects: {
        onEvent: (id, event) => this.#outputs.add(id, event),
        onError: (id, error) => this.#outputs.fail(id, error),
        onBatchDone: () => send({ type: 'pong' }),
      },
    })
  }

  receive(command: WorkCommand): void {
    if (command.type === 'cancel') this.#cancel(command.id)
    else this.#tokenize(command)
    // The next step may be long.
    this.#outputs.endStep(Number.POSITIVE_INFINITY)
    this.#schedule()
  }

  #sendOutputs(outputs: readonly EngineOutput[]): void {
    const drafts = this.#speculation?.takeCounts() ?? []
    this.#send(drafts.length === 0 ? { type: 'outputs', outputs } : { type: 'outputs', outputs, drafts })
  }

  #cancel(id: number): void {
    this.#tokenizer.cancel(id)
    this.#scheduler.cancel(id)
    this.#outputs.forget(id)
  }

  #tokenize(command: PromptCommand): void {
    if (command.tokens !== null) {
      this.#acceptTokens(command, command.tokens)
      return
    }
    this.#tokenizer.add({
      id: command.id,
      parts: command.prompt,
      countsAll: command.type === 'count-tokens',
      done: (tokenized) => this.#accept(command, tokenized),
    })
  }

  /** Takes a prompt that came as tokens. */
  #acceptTokens(command: PromptCommand, tokens: readonly number[]): void {
    const { size } = this.#engine.model.vocabulary
    const unknown = tokens.find((token) => token >= size)
    if (unknown === undefined) {
      this.#accept(command, { count: tokens.length, tokens: Int32Array.from(tokens) })
      return
    }
    const message = `prompt: the model has no token ${unknown}: its tokens are 0 to ${size - 1}`
    this.#outputs.fail(command.id, new CompletionError('invalid-request', message))
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#turn()
    })
  }

  #turn(): void {
    const startedMs = performance.now()
    this.#tokenizer.tokenizeShort(TOKENIZE_MS)
    if (this.#scheduler.hasWork) this.#scheduler.step()
    const isSteady = this.#scheduler.onlyDecodes && !this.#tokenizer.hasShort
    // While all sequences decode, the next step takes about as long as this one.
    this.#outputs.endStep(isSteady ? performance.now() - startedMs : Number.POSITIVE_INFINITY)
    if (this.#scheduler.hasWork || this.#tokenizer.hasShort) this.#schedule()
  }

  #accept(command: PromptCommand, { count, tokens }: TokenizedPrompt): void {
    const { id } = command
    const { contextWindowTokens } = this.#engine.loaded
    if (command.type === 'count-tokens') {
      this.#send({ type: 'token-count', id, tokens: count })
    } else if (count === 0) {
      const message = 'prompt: the model finds no tokens in it'
      this.#outputs.fail(id, new CompletionError('invalid-request', message))
    } else if (tokens === null || count >= contextWindowTokens) {
      this.#outputs.fail(id, CompletionError.promptTooLong(count, contextWindowTokens - 1))
    } else if (this.#canFollowGrammar(command)) {
      this.#submit(command, tokens)
    } else {
      this.#outputs.fail(id, new CompletionError('invalid-request', TOO_COMPLEX))
    }
  }

  #canFollowGrammar({ constraint, cacheScope }: GenerateCommand): boolean {
    const grammar = constraint?.grammar
    return !grammar || this.#engine.context.canReadGrammar(grammar.text, cacheScope)
  }

  #submit(command: GenerateCommand, promptTokens: Int32Array): void {
    const { id, maxTokens, sampling, cacheScope, constraint, preservedTokens, logprobs, isBackground } =
      command
    const remainingTokens = this.#engine.loaded.contextWindowTokens - promptTokens.length
    this.#outputs.add(id, { type: 'completion-start', promptTokens: promptTokens.length })
    this.#scheduler.submit({
      id,
      promptTokens,
      maxTokens: Math.min(maxTokens, remainingTokens),
      lengthStopReason: remainingTokens < maxTokens ? 'context-window' : 'max-tokens',
      sampling,
      cacheScope,
      constraint,
      logprobs,
      isBackground,
      preservedTokens: this.#engine.model.vocabulary.controlTokensOf(preservedTokens),
    })
  }
}
