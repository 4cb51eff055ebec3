import type { AdmittedRequest, LimitStatus, ServiceTier } from '../completion/admission.ts'
import type { CitableSource } from '../completion/citation.ts'
import { citationFilter } from '../completion/citation-filter.ts'
import { CompletionError } from '../completion/completion-error.ts'
import type { CompletionEvent, PromptUsage } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import type { Engine } from '../completion/engine.ts'
import { transformEvents, unchanged } from '../completion/event-transform.ts'
import { StopSequenceFilter } from '../completion/stop-sequence-filter.ts'
import type { CachePlan } from '../conversation/cache-plan.ts'
import type { AppliedEdit } from '../conversation/context-edit.ts'
import type { InputUsage } from '../conversation/input-usage.ts'
import type { UsageMeter } from '../usage/usage-meter.ts'
import { NOTHING_CACHED, type UsageRecord } from '../usage/usage-record.ts'
import { warmCache } from './warm-cache.ts'

/** How long the end of a completion waits for the number of its prompt's tokens. */
const MAX_COUNT_MS = 1_000

/** What a completion is served from. */
export interface ServedCompletionOptions {
  readonly engine: Engine
  /** What the reply may cite. */
  readonly citable: readonly CitableSource[]
  readonly request: CompletionRequest
  readonly signal: AbortSignal
  readonly appliedEdits: readonly AppliedEdit[] | null
  readonly plan: CachePlan
  readonly meter: UsageMeter
  /** Null where there are no limits. */
  readonly limits: AdmittedRequest | null
  readonly costOf: (record: UsageRecord) => number
  readonly recordUsage: (record: UsageRecord) => void | Promise<void>
}

/** What is read of a completion that is served, or of several. */
export type Served = Pick<ServedCompletion, keyof ServedCompletion>

/** One completion of an engine, metered, with its stop sequences applied. */
export class ServedCompletion {
  /** The edits that changed the conversation; null if none were requested. */
  readonly appliedEdits: readonly AppliedEdit[] | null
  /**
   * Read once. The completion is recorded before its end is yielded and before an error is thrown.
   *
   * @throws CompletionError whatever the engine throws, see `Engine.generate`; `cancelled` once the signal has fired
   */
  readonly events: AsyncGenerator<readonly CompletionEvent[]>
  readonly #options: ServedCompletionOptions
  #record: UsageRecord | null = null
  #isStarted = false

  constructor(options: ServedCompletionOptions) {
    this.#options = options
    this.appliedEdits = options.appliedEdits
    this.events = this.#generate()
    const { signal, limits } = options
    if (signal.aborted) this.#release()
    else if (limits !== null) signal.addEventListener('abort', this.#release, { once: true })
  }

  get serviceTier(): ServiceTier {
    return this.#options.limits?.serviceTier ?? 'standard'
  }

  /** The limits of its caller as they are now. */
  get limitStatus(): LimitStatus {
    return this.#options.limits?.status() ?? {}
  }

  /** What it has used so far; once it is over, what was recorded. */
  get usage(): UsageRecord {
    const { meter, plan } = this.#options
    return this.#record ?? meter.usage(plan.committed ?? NOTHING_CACHED)
  }

  /** How the prompt's tokens are charged. */
  inputUsageOf(promptTokens: number): InputUsage {
    return this.#options.plan.commit(promptTokens)
  }

  async *#generate(): AsyncGenerator<readonly CompletionEvent[]> {
    const { engine, request, signal, meter, citable } = this.#options
    this.#isStarted = true
    const filter = new StopSequenceFilter(request.stopSequences)
    let last: readonly CompletionEvent[] | null = null
    try {
      const source =
        request.maxTokens === 0 ? warmCache(engine, request, signal) : engine.generate(request, signal)
      const cited = transformEvents(source, citable.length === 0 ? unchanged : citationFilter(citable))
      for await (const generated of cited) {
        const events = filter.pushAll(generated)
        this.#observe(events)
        if (events.at(-1)?.type === 'completion-end') {
          last = events
          // An engine that has to count is cancelled first: it may still generate.
          if (meter.promptTokens === null) break
          return yield* this.#endWith(events)
        }
        if (events.length > 0) yield events
      }
      if (last === null) throw new CompletionError('engine-failed', 'The model stopped without an end')
      yield* this.#endWith(await this.#withPromptTokens(last))
    } catch (thrown) {
      const error = signal.aborted ? CompletionError.cancelled(thrown) : thrown
      meter.fail(error)
      throw error
    } finally {
      const recorded = this.#recordOnce()
      if (recorded !== undefined) await recorded
    }
  }

  async *#endWith(last: readonly CompletionEvent[]): AsyncGenerator<readonly CompletionEvent[]> {
    const recorded = this.#finish()
    if (recorded !== undefined) await recorded
    yield last
  }

  #observe(events: readonly CompletionEvent[]): void {
    const { meter, plan } = this.#options
    for (const event of events) {
      meter.observe(event)
      if (event.type === 'prompt-usage') plan.observe?.(event)
    }
    this.#chargeTokens()
  }

  /**
   * The last events, with the tokens of the prompt if the engine can count them: many upstreams report them only at their own
   * end, which a stop sequence comes before.
   */
  async #withPromptTokens(last: readonly CompletionEvent[]): Promise<readonly CompletionEvent[]> {
    const { engine, request, signal } = this.#options
    const soon = AbortSignal.any([signal, AbortSignal.timeout(MAX_COUNT_MS)])
    const promptTokens = await engine.countTokens(request.prompt, soon).catch(() => null)
    if (promptTokens === null) return last
    const usage: PromptUsage = { type: 'prompt-usage', promptTokens, reusedPromptTokens: 0 }
    this.#observe([usage])
    return [...last.slice(0, -1), usage, ...last.slice(-1)]
  }

  /** Also called when the request ends before its events are read: then it has used nothing. */
  readonly #release = () => {
    const { limits } = this.#options
    if (!this.#isStarted) limits?.use({ promptTokens: 0, cacheReadTokens: 0, completionTokens: 0 })
    limits?.release()
  }

  #chargeTokens(): void {
    const { limits, meter, plan } = this.#options
    if (limits === null) return
    const { promptTokens, completionTokens } = meter
    const cacheReadTokens = promptTokens === null ? 0 : plan.readTokensOf(promptTokens)
    limits.use({ promptTokens, cacheReadTokens, completionTokens })
  }

  #finish(): void | Promise<void> {
    const { meter, plan } = this.#options
    if (meter.promptTokens !== null) plan.commit(meter.promptTokens)
    return this.#recordOnce()
  }

  #recordOnce(): void | Promise<void> {
    if (this.#record !== null) return
    const record = this.usage
    this.#record = record
    const { limits, signal, costOf, recordUsage } = this.#options
    if (limits !== null) {
      this.#chargeTokens()
      limits.spend(() => costOf(record))
      limits.release()
      signal.removeEventListener('abort', this.#release)
    }
    return recordUsage(record)
  }
}
