import type { TokenObserver } from '../usage/usage-meter.ts'
import type { UsageRecord } from '../usage/usage-record.ts'
import {
  FIRST_TOKEN_BUCKETS_SECONDS,
  INTER_TOKEN_BUCKETS_SECONDS,
  QUEUE_BUCKETS_SECONDS,
  REQUEST_BUCKETS_SECONDS,
} from './duration-buckets.ts'
import { Counter, type Registry } from './prometheus-client.ts'
import { SeriesHistogram } from './series-histogram.ts'

/** The labels for a model id. Both values come from configuration and catalogue, never from clients. */
export interface CompletionLabels {
  readonly engine: string
  readonly model: string
}

/** The counts of one model. */
interface ModelSeries {
  readonly labels: CompletionLabels
  readonly observeTokens: TokenObserver
  completionTokens: number
}

type CompletionLabel = keyof CompletionLabels
const LABEL_NAMES = ['engine', 'model'] as const

/** What completions cost, by engine and model. */
export class CompletionMetrics {
  readonly #labelsOf: (modelId: string) => CompletionLabels
  /** By the label `model`: no more than there are models. */
  readonly #models = new Map<string, ModelSeries>()
  readonly #completions: Counter<CompletionLabel | 'outcome'>
  readonly #promptTokens: Counter<CompletionLabel>
  readonly #reusedPromptTokens: Counter<CompletionLabel>
  readonly #durations: ReturnType<typeof durationHistograms>
  readonly #interToken: SeriesHistogram

  /** @param labelsOf gives every id outside the catalogue the same label */
  constructor(registry: Registry, labelsOf: (modelId: string) => CompletionLabels) {
    this.#labelsOf = labelsOf
    this.#completions = new Counter({
      name: 'continuo_completions_total',
      help: 'Requests for completions that reached an engine, by outcome: a stop reason or an error code.',
      labelNames: [...LABEL_NAMES, 'outcome'] as const,
      registers: [registry],
    })
    this.#promptTokens = new Counter({
      name: 'continuo_prompt_tokens_total',
      help: 'Prompt tokens of these completions.',
      labelNames: LABEL_NAMES,
      registers: [registry],
    })
    this.#reusedPromptTokens = new Counter({
      name: 'continuo_reused_prompt_tokens_total',
      help: 'Prompt tokens found in the KV cache and not evaluated again.',
      labelNames: LABEL_NAMES,
      registers: [registry],
    })
    countCompletionTokens(registry, this.#models)
    this.#durations = durationHistograms(registry)
    this.#interToken = new SeriesHistogram({
      name: 'continuo_inter_token_seconds',
      help: 'Time from one token to the next. Tokens that arrive together share their time.',
      labelNames: LABEL_NAMES,
      buckets: INTER_TOKEN_BUCKETS_SECONDS,
      registry,
    })
  }

  /** Counts a completion that has ended. */
  record(record: Omit<UsageRecord, 'caller'>): void {
    const { labels } = this.#seriesOf(record.modelId)
    const { queue, prefill, firstToken, total } = this.#durations
    this.#completions.inc({ ...labels, outcome: record.outcome })
    observeMs(queue, labels, record.queueMs)
    observeMs(prefill, labels, record.prefillMs)
    observeMs(firstToken, labels, record.timeToFirstTokenMs)
    observeMs(total, labels, record.totalMs)
    // A prompt that only waited would make the share of reused tokens smaller than it is.
    const wasWorkedOn = record.queueMs !== null || record.timeToFirstTokenMs !== null
    if (!wasWorkedOn || record.promptTokens === null) return
    this.#promptTokens.inc(labels, record.promptTokens)
    this.#reusedPromptTokens.inc(labels, record.reusedPromptTokens)
  }

  /** The observer of a completion's tokens. */
  tokenObserver(modelId: string): TokenObserver {
    return this.#seriesOf(modelId).observeTokens
  }

  #seriesOf(modelId: string): ModelSeries {
    const labels = this.#labelsOf(modelId)
    const known = this.#models.get(labels.model)
    if (known !== undefined) return known
    const observeGap = this.#interToken.series({ ...labels })
    const series: ModelSeries = {
      labels,
      completionTokens: 0,
      observeTokens(tokens, sinceLastMs) {
        series.completionTokens += tokens
        if (sinceLastMs !== null) observeGap(sinceLastMs / 1000 / tokens, tokens)
      },
    }
    this.#models.set(labels.model, series)
    return series
  }
}

/** Adds tokens up in plain numbers, which are read on each scrape. */
function countCompletionTokens(registry: Registry, models: ReadonlyMap<string, ModelSeries>): void {
  new Counter({
    name: 'continuo_completion_tokens_total',
    help: 'Completion tokens, counted as they are generated.',
    labelNames: LABEL_NAMES,
    registers: [registry],
    collect() {
      this.reset()
      for (const { labels, completionTokens } of models.values()) this.inc({ ...labels }, completionTokens)
    },
  })
}

function durationHistograms(registry: Registry) {
  const histogram = (name: string, help: string, buckets: number[]) =>
    new SeriesHistogram({ name, help, labelNames: LABEL_NAMES, buckets, registry })
  return {
    queue: histogram(
      'continuo_queue_seconds',
      'Time from the request until it gets a sequence. Only for models in this process.',
      QUEUE_BUCKETS_SECONDS,
    ),
    prefill: histogram(
      'continuo_prefill_seconds',
      'Time from getting a sequence to the first token. Only for models in this process.',
      FIRST_TOKEN_BUCKETS_SECONDS,
    ),
    firstToken: histogram(
      'continuo_time_to_first_token_seconds',
      'Time from the request to its first token.',
      FIRST_TOKEN_BUCKETS_SECONDS,
    ),
    total: histogram(
      'continuo_completion_seconds',
      'Time from the request to the end of its completion, whatever the outcome.',
      REQUEST_BUCKETS_SECONDS,
    ),
  }
}

function observeMs(histogram: SeriesHistogram, labels: CompletionLabels, ms: number | null): void {
  if (ms !== null) histogram.observe(labels.model, () => ({ ...labels }), ms / 1000)
}
