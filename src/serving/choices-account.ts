import type { AdmissionRequest, Admit, AdmittedRequest, UsedTokens } from '../completion/admission.ts'
import { NOTHING_CACHED, type UsageRecord } from '../usage/usage-record.ts'
import { isStopReason } from '../usage/usage-row-of.ts'
import type { ServingDependencies } from './serve-completion.ts'

/** What the completions of one request have in common. */
export interface ChoicesAccountOptions {
  readonly requestId: string
  /** The prompt of each completion. Those of one prompt follow each other. */
  readonly prompts: readonly string[]
  readonly choicesPerPrompt: number
  readonly signal: AbortSignal
  readonly dependencies: ServingDependencies
}

/**
 * Admits and records several completions as one request: the limits count one request, the tokens of each prompt once, and
 * all tokens of output.
 */
export class ChoicesAccount {
  readonly #options: ChoicesAccountOptions
  readonly #startedMs: number
  readonly #used = new Map<number, UsedTokens>()
  readonly #records = new Map<number, UsageRecord>()
  #admitted: AdmittedRequest | null = null
  #begun = 0
  #isClosed = false
  #record: UsageRecord | null = null

  constructor(options: ChoicesAccountOptions) {
    this.#options = options
    this.#startedMs = options.dependencies.nowMs()
  }

  /** What to serve one of the completions with. The first one must be served before the others. */
  dependenciesOf(index: number): ServingDependencies {
    const { checkRecording, ...dependencies } = this.#options.dependencies
    return {
      ...dependencies,
      ...(index === 0 && checkRecording !== undefined ? { checkRecording } : {}),
      admit: index === 0 ? this.#admit : () => this.#shareOf(index),
      costOf: () => 0,
      recordUsage: (record) => {
        this.#records.set(index, record)
        return this.#recordWhenOver()
      },
    }
  }

  /** Called before the events of one completion are read: the request is recorded after it. */
  begin(): void {
    this.#begun++
  }

  /** No more completions begin: the request is recorded when those that have begun are over. */
  close(): void | Promise<void> {
    this.#isClosed = true
    return this.#recordWhenOver()
  }

  /** What was recorded of the request, or what completions have used that `usages` lists. */
  usage(usages: ReadonlyMap<number, UsageRecord>): UsageRecord {
    return this.#record ?? this.#merged(usages)
  }

  readonly #admit: Admit = (request) => {
    const admitting = this.#options.dependencies.admit?.(this.#ofAllPrompts(request))
    if (admitting instanceof Promise) return admitting.then((admitted) => this.#hold(admitted))
    return this.#hold(admitting ?? null)
  }

  #ofAllPrompts(request: AdmissionRequest): AdmissionRequest {
    const { prompts, choicesPerPrompt } = this.#options
    const promptUnits = () =>
      prompts.reduce((sum, text, index) => sum + (index % choicesPerPrompt === 0 ? text.length : 0), 0)
    return { ...request, promptUnits }
  }

  #hold(admitted: AdmittedRequest | null): AdmittedRequest {
    this.#admitted = admitted
    return this.#shareOf(0)
  }

  /** One completion's part of what the request holds. */
  #shareOf(index: number): AdmittedRequest {
    return {
      serviceTier: this.#admitted?.serviceTier ?? 'standard',
      use: (used) => {
        this.#used.set(index, used)
        this.#admitted?.use(this.#usedByAll())
      },
      // The whole request is charged when it is recorded.
      spend: () => undefined,
      release: () => {
        if (this.#begun === 0 || this.#options.signal.aborted) this.#admitted?.release()
      },
      status: () => this.#admitted?.status() ?? {},
    }
  }

  /** Without the tokens of prompts until all are known: the estimate stands for them. */
  #usedByAll(): UsedTokens {
    const { prompts, choicesPerPrompt } = this.#options
    const firsts = this.#ofPrompts(this.#used)
    const isKnown =
      this.#begun === 0 || this.#isClosed || firsts.length === Math.ceil(prompts.length / choicesPerPrompt)
    const all = [...this.#used.values()]
    return {
      promptTokens: isKnown ? sumOf(firsts, ({ promptTokens }) => promptTokens) : null,
      cacheReadTokens: sumOf(firsts, ({ cacheReadTokens }) => cacheReadTokens) ?? 0,
      completionTokens: sumOf(all, ({ completionTokens }) => completionTokens) ?? 0,
    }
  }

  #recordWhenOver(): void | Promise<void> {
    const isOver = this.#isClosed || this.#begun === this.#options.prompts.length
    if (!isOver || this.#begun === 0 || this.#records.size < this.#begun || this.#record !== null) return
    const { costOf, recordUsage } = this.#options.dependencies
    const record = this.#merged(this.#records)
    this.#record = record
    this.#admitted?.use(this.#usedByAll())
    this.#admitted?.spend(() => costOf?.(record) ?? 0)
    this.#admitted?.release()
    return recordUsage(record)
  }

  #merged(records: ReadonlyMap<number, UsageRecord>): UsageRecord {
    const { requestId, dependencies } = this.#options
    const all = [...records.values()]
    const first = records.get(0) ?? all[0]
    if (first === undefined) throw new Error('a request without completions has no usage')
    const prompts = this.#ofPrompts(records)
    const sum = (countOf: (record: UsageRecord) => number) => sumOf(prompts, countOf) ?? 0
    return {
      ...first,
      ...NOTHING_CACHED,
      requestId,
      promptTokens: sumOf(prompts, ({ promptTokens }) => promptTokens),
      reusedPromptTokens: sum(({ reusedPromptTokens }) => reusedPromptTokens),
      cacheReadTokens: sum(({ cacheReadTokens }) => cacheReadTokens),
      cacheWrite5mTokens: sum(({ cacheWrite5mTokens }) => cacheWrite5mTokens),
      cacheWrite1hTokens: sum(({ cacheWrite1hTokens }) => cacheWrite1hTokens),
      completionTokens: sumOf(all, ({ completionTokens }) => completionTokens) ?? 0,
      outcome: outcomeOf(all),
      totalMs: Math.round((dependencies.nowMs() - this.#startedMs) * 1000) / 1000,
    }
  }

  /** Of each prompt the completion that knows most of its tokens. */
  #ofPrompts<Counts extends { readonly promptTokens: number | null }>(
    counts: ReadonlyMap<number, Counts>,
  ): Counts[] {
    const best = new Map<number, Counts>()
    for (const [index, each] of counts) {
      const prompt = Math.floor(index / this.#options.choicesPerPrompt)
      const known = best.get(prompt)
      if (known === undefined || (each.promptTokens ?? -1) > (known.promptTokens ?? -1))
        best.set(prompt, each)
    }
    return [...best.values()]
  }
}

/** Null if one of them is. */
function sumOf<Each>(all: readonly Each[], countOf: (each: Each) => number | null): number | null {
  let sum = 0
  for (const each of all) {
    const count = countOf(each)
    if (count === null) return null
    sum += count
  }
  return sum
}

/** That of the first completion that failed: those that it cancelled are over later. Else that of the last one. */
function outcomeOf(records: readonly UsageRecord[]): UsageRecord['outcome'] {
  const outcomes = records.map(({ outcome }) => outcome)
  const failed = outcomes.filter((outcome) => !isStopReason(outcome))
  return failed.find((outcome) => outcome !== 'cancelled') ?? failed[0] ?? outcomes.at(-1) ?? 'cancelled'
}
