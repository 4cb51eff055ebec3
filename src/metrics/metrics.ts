import { type CompletionLabels, CompletionMetrics } from './completion-metrics.ts'
import { EngineMetrics, type EngineState } from './engine-metrics.ts'
import { LimitMetrics } from './limit-metrics.ts'
import { watchProcess } from './process-metrics.ts'
import { Counter, Gauge, Registry } from './prometheus-client.ts'
import { RequestMetrics } from './request-metrics.ts'
import { StateMetrics } from './state-metrics.ts'

/** Sources of the metrics that are read on each scrape. */
export interface MetricsSources {
  /** Of this program, such as `1.2.3`. */
  readonly version: string
  /** The names of all engines of the configuration. */
  readonly engines: readonly string[]
  readonly engineStates: () => readonly EngineState[]
  /** Log lines dropped since the process started. */
  readonly droppedLogLines: () => number
  /** The labels for a model id; all unknown ids share one label. */
  readonly labelsOf: (modelId: string) => CompletionLabels
}

/** One metric as readers see it. */
export interface MetricDescription {
  readonly name: string
  readonly type: string
  readonly labelNames: readonly string[]
  readonly help: string
}

/**
 * Everything that is measured, for Prometheus. Every label's values come from the configuration, the catalogue or a
 * closed list, so that no caller can make series.
 */
export class Metrics {
  readonly completions: CompletionMetrics
  readonly requests: RequestMetrics
  readonly engines: EngineMetrics
  readonly limits: LimitMetrics
  readonly state: StateMetrics
  readonly #registry = new Registry()
  readonly #stopWatching: () => void

  constructor({ version, engines, engineStates, droppedLogLines, labelsOf }: MetricsSources) {
    const registry = this.#registry
    this.requests = new RequestMetrics(registry, (modelId) => labelsOf(modelId).model)
    this.completions = new CompletionMetrics(registry, labelsOf)
    this.engines = new EngineMetrics(registry, engines, engineStates)
    this.limits = new LimitMetrics(registry)
    this.state = new StateMetrics(registry)
    this.#stopWatching = watchProcess(registry)
    new Counter({
      name: 'continuo_log_lines_dropped_total',
      help: 'Log lines that were dropped because the disk was full or the reader did not read.',
      registers: [registry],
      collect() {
        this.reset()
        this.inc(droppedLogLines())
      },
    })
    const buildInfo = new Gauge({
      name: 'continuo_build_info',
      help: 'Always 1; the labels have the versions.',
      labelNames: ['version', 'node'] as const,
      registers: [registry],
    })
    buildInfo.set({ version, node: process.versions.node }, 1)
  }

  /** The media type of {@link render}'s text. */
  get contentType(): string {
    return this.#registry.contentType
  }

  /** The current values in Prometheus' text format. */
  render(): Promise<string> {
    return this.#registry.metrics()
  }

  /** All metrics, with or without a value yet. */
  describe(): MetricDescription[] {
    // prom-client's declared type lacks label names, and has numbers for types.
    return this.#registry.getMetricsAsArray() as unknown as MetricDescription[]
  }

  /** Stops periodic measurements. */
  close(): void {
    this.#stopWatching()
  }
}

/** All metrics of a server, for the reference. */
export function describeMetrics(): MetricDescription[] {
  const metrics = new Metrics({
    version: '',
    engines: [],
    engineStates: () => [],
    droppedLogLines: () => 0,
    labelsOf: () => ({ engine: '', model: '' }),
  })
  metrics.close()
  return metrics.describe()
}
