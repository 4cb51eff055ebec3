import { CompletionError } from '../../../completion/completion-error.ts'
import { TOO_COMPLEX } from '../grammar/schema-error.ts'
import type { EngineCommand, EngineOutput } from '../protocol/engine-messages.ts'
import { PrefillBudget } from '../scheduling/prefill-budget.ts'
import { Scheduler } from '../scheduling/scheduler.ts'
import { type LoadedEngine, MAX_PREFILL_TOKENS, MIN_PREFILL_TOKENS } from './load-engine.ts'
import { OutputBuffer } from './output-buffer.ts'
import { PromptTokenizer, type TokenizedPrompt } from './prompt-tokenizer.ts'

/** How long a step with prefill in it takes where it delays the decoding of others, and where it does not. */
const MIXED_STEP = { targetMs: 50, longestTileMs: 200 }
const IDLE_STEP = { targetMs: 100, longestTileMs: 1_000 }
/** New prompts may hold up a step for about this long. */
const TOKENIZE_MS = 20

type WorkCommand = Exclude<EngineCommand, { type: 'load' | 'ping' }>
type PromptCommand = Exclude<WorkCommand, { type: 'cancel' }>

/** The loop of the engine's process. Commands come in between two steps; notices go out behind one. */
export class EngineLoop {
  readonly #engine: LoadedEngine
  readonly #scheduler: Scheduler
  readonly #tokenizer: PromptTokenizer
  readonly #outputs: OutputBuffer
  #isScheduled = false

  /**
   * @param report sends what happened, in its order
   * @param showLife says in the middle of a long step that it goes on
   */
  constructor(
    engine: LoadedEngine,
    report: (outputs: readonly EngineOutput[]) => void,
    showLife: () => void,
  ) {
    this.#engine = engine
    const { contextWindowTokens } = engine.loaded
    this.#tokenizer = new PromptTokenizer(engine.model.vocabulary, contextWindowTokens, () => {
      this.#outputs.endStep(Number.POSITIVE_INFINITY)
      this.#schedule()
    })
    this.#outputs = new OutputBuffer(report, () => performance.now())
    this.#scheduler = new Scheduler({
      context: engine.context,
      prefillBudget: new PrefillBudget({
        // In reproducible mode every chunk has one size, whatever the machine's speed: its size shows in the arithmetic.
        minTokens: engine.reproducible ? MAX_PREFILL_TOKENS : MIN_PREFILL_TOKENS,
        maxTokens: MAX_PREFILL_TOKENS,
        beside: MIXED_STEP,
        alone: IDLE_STEP,
      }),
      oneSequencePerBatch: engine.reproducible,
      nowMs: () => performance.now(),
      effects: {
        prefillStarted: (id, reusedPromptTokens) => this.#outputs.addPrefill(id, reusedPromptTokens),
        textDelta: (id, text, completionTokens) => this.#outputs.addText(id, text, completionTokens),
        ended: (id, stopReason) => this.#outputs.add({ type: 'end', id, stopReason }),
        failed: (id, message, code) => this.#outputs.add({ type: 'fail', id, code, message }),
        evaluated: showLife,
      },
    })
  }

  receive(command: WorkCommand): void {
    if (command.type === 'cancel') this.#cancel(command.id)
    else this.#tokenize(command)
    // The next step may be a long one.
    this.#outputs.endStep(Number.POSITIVE_INFINITY)
    this.#schedule()
  }

  #cancel(id: number): void {
    this.#tokenizer.cancel(id)
    this.#scheduler.cancel(id)
    this.#outputs.forget(id)
  }

  #tokenize(command: PromptCommand): void {
    this.#tokenizer.add({
      id: command.id,
      parts: command.prompt,
      countsAll: command.type === 'count-tokens',
      done: (tokenized) => this.#accept(command, tokenized),
    })
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
    // The next step of those that only decode takes about as long as this one.
    this.#outputs.endStep(isSteady ? performance.now() - startedMs : Number.POSITIVE_INFINITY)
    if (this.#scheduler.hasWork || this.#tokenizer.hasShort) this.#schedule()
  }

  #accept(command: PromptCommand, { count, tokens }: TokenizedPrompt): void {
    if (command.type === 'count-tokens') {
      this.#outputs.add({ type: 'count', id: command.id, tokens: count })
      return
    }
    const room = this.#engine.loaded.contextWindowTokens - count
    if (count === 0) {
      const message = 'prompt: the model finds no tokens in it'
      this.#outputs.add({ type: 'fail', id: command.id, code: 'invalid-request', message })
      return
    }
    if (room < 1 || tokens === null) {
      const { code, message } = CompletionError.promptTooLong(
        count,
        this.#engine.loaded.contextWindowTokens - 1,
      )
      this.#outputs.add({ type: 'fail', id: command.id, code, message })
      return
    }
    const { constraint, cacheScope } = command
    if (constraint?.grammar && !this.#engine.context.canReadGrammar(constraint.grammar.text, cacheScope)) {
      this.#outputs.add({ type: 'fail', id: command.id, code: 'invalid-request', message: TOO_COMPLEX })
      return
    }
    this.#outputs.add({ type: 'start', id: command.id, promptTokens: count })
    this.#scheduler.submit({
      id: command.id,
      promptTokens: tokens,
      maxTokens: Math.min(command.maxTokens, room),
      limit: room < command.maxTokens ? 'context-window' : 'max-tokens',
      sampling: command.sampling,
      cacheScope,
      constraint,
      preservedTokens: this.#engine.model.vocabulary.controlTokensOf(command.preservedTokenTexts),
    })
  }
}
