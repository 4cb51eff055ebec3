import type { EngineCommand, EngineNotice } from './engine-messages.ts'
import { TOO_COMPLEX } from './grammar/schema-error.ts'
import { type LoadedEngine, MAX_PREFILL_TOKENS } from './load-engine.ts'
import { PrefillBudget } from './prefill-budget.ts'
import { promptTokens } from './prompt-tokens.ts'
import { Scheduler } from './scheduler.ts'

/** A step with prefill in it takes about this long: half of what a cancelled request may go on. */
const STEP_TARGET_MS = 50
const MIN_PREFILL_TOKENS = 16
/** New prompts may hold up a step for about this long. */
const TOKENIZE_MS = 20

type WorkCommand = Exclude<EngineCommand, { type: 'load' }>
type PromptCommand = Exclude<WorkCommand, { type: 'cancel' }>
type Tokenizing = { readonly command: PromptCommand; readonly tokens: ReturnType<typeof promptTokens> }

/** The loop of the engine's process. Commands come in between two steps; notices go out once a step. */
export class EngineLoop {
  readonly #engine: LoadedEngine
  readonly #report: (notices: readonly EngineNotice[]) => void
  readonly #scheduler: Scheduler
  /** Prompts that are not tokenized yet, in the order they came. */
  readonly #tokenizing: Tokenizing[] = []
  #notices: EngineNotice[] = []
  /** Those among the notices that are not reported yet. */
  readonly #newPrefills: { readonly notice: { agoMs: number }; readonly startedMs: number }[] = []
  #isScheduled = false

  constructor(engine: LoadedEngine, report: (notices: readonly EngineNotice[]) => void) {
    this.#engine = engine
    this.#report = report
    this.#scheduler = new Scheduler({
      context: engine.context,
      prefillBudget: new PrefillBudget({
        // In reproducible mode every chunk has one size, whatever the machine's speed: its size shows in the arithmetic.
        minTokens: engine.reproducible ? MAX_PREFILL_TOKENS : MIN_PREFILL_TOKENS,
        maxTokens: MAX_PREFILL_TOKENS,
        targetMs: STEP_TARGET_MS,
      }),
      oneSequencePerBatch: engine.reproducible,
      nowMs: () => performance.now(),
      effects: {
        prefillStarted: (id, reusedPromptTokens) => this.#tellPrefill(id, reusedPromptTokens),
        textDelta: (id, text, completionTokens) =>
          this.#notices.push({ type: 'delta', id, text, completionTokens }),
        ended: (id, stopReason) => this.#notices.push({ type: 'end', id, stopReason }),
        failed: (id, message) => this.#notices.push({ type: 'fail', id, code: 'engine-failed', message }),
      },
    })
  }

  receive(command: WorkCommand): void {
    if (command.type === 'cancel') this.#cancel(command.id)
    else this.#tokenize(command)
    this.#schedule()
  }

  #tellPrefill(id: number, reusedPromptTokens: number): void {
    const notice = { type: 'prefill' as const, id, reusedPromptTokens, agoMs: 0 }
    this.#notices.push(notice)
    this.#newPrefills.push({ notice, startedMs: performance.now() })
  }

  /** What began in a step is told at its end: the receiver could not see how long the prefill took. */
  #reportNotices(): void {
    if (this.#notices.length === 0) return
    const nowMs = performance.now()
    for (const { notice, startedMs } of this.#newPrefills.splice(0)) notice.agoMs = nowMs - startedMs
    this.#report(this.#notices)
    this.#notices = []
  }

  #cancel(id: number): void {
    const index = this.#tokenizing.findIndex(({ command }) => command.id === id)
    if (index !== -1) this.#tokenizing.splice(index, 1)
    this.#scheduler.cancel(id)
  }

  #tokenize(command: PromptCommand): void {
    const { vocabulary } = this.#engine.model
    const { contextWindowTokens } = this.#engine.loaded
    this.#tokenizing.push({ command, tokens: promptTokens(vocabulary, command.prompt, contextWindowTokens) })
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
    this.#tokenizeNext()
    if (this.#scheduler.hasWork) this.#scheduler.step()
    this.#reportNotices()
    if (this.#scheduler.hasWork || this.#tokenizing.length > 0) this.#schedule()
  }

  /** One slice of a long prompt, or as many short prompts as a little time allows. */
  #tokenizeNext(): void {
    const startedMs = performance.now()
    do {
      const next = this.#tokenizing[0]
      if (!next) return
      const { done, value } = next.tokens.next()
      if (!done) return
      this.#tokenizing.shift()
      this.#accept(next.command, value)
    } while (performance.now() - startedMs < TOKENIZE_MS)
  }

  #accept(command: PromptCommand, tokens: Int32Array | number): void {
    const count = typeof tokens === 'number' ? tokens : tokens.length
    if (command.type === 'count-tokens') {
      this.#notices.push({ type: 'count', id: command.id, tokens: count })
      return
    }
    const room = this.#engine.loaded.contextWindowTokens - count
    if (count === 0) {
      const message = 'prompt: the model finds no tokens in it'
      this.#notices.push({ type: 'fail', id: command.id, code: 'invalid-request', message })
      return
    }
    if (room < 1 || typeof tokens === 'number') {
      const maximum = this.#engine.loaded.contextWindowTokens - 1
      const message = `prompt is too long: ${count} tokens > ${maximum} maximum`
      this.#notices.push({ type: 'fail', id: command.id, code: 'prompt-too-long', message })
      return
    }
    if (command.bounds?.grammar && !this.#engine.context.canReadGrammar(command.bounds.grammar.text)) {
      this.#notices.push({ type: 'fail', id: command.id, code: 'invalid-request', message: TOO_COMPLEX })
      return
    }
    this.#notices.push({ type: 'start', id: command.id, promptTokens: count })
    this.#scheduler.submit({
      id: command.id,
      promptTokens: tokens,
      maxTokens: Math.min(command.maxTokens, room),
      limit: room < command.maxTokens ? 'context-window' : 'max-tokens',
      sampling: command.sampling,
      bounds: command.bounds,
      visibleTokens: this.#engine.model.vocabulary.controlTokensOf(command.visibleTexts),
    })
  }
}
