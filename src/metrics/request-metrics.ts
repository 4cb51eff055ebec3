import { REQUEST_BUCKETS_SECONDS } from './duration-buckets.ts'
import { Counter, Gauge, type Registry } from './prometheus-client.ts'
import { SeriesHistogram } from './series-histogram.ts'

/** A request whose response has ended. */
export interface CompletedRequest {
  readonly method: string
  /** The route's pattern. */
  readonly route: string
  readonly status: number
  /** The resolved model id; left out without a known model. */
  readonly modelId?: string | undefined
  readonly totalMs: number
}

/** Other methods share one label: clients can send any word. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Requests, by route. */
export class RequestMetrics {
  readonly #modelLabel: (modelId: string) => string
  readonly #requests: Counter<'route' | 'method' | 'model' | 'status'>
  readonly #durations: SeriesHistogram
  readonly #inFlight: Gauge

  constructor(registry: Registry, modelLabel: (modelId: string) => string) {
    this.#modelLabel = modelLabel
    this.#requests = new Counter({
      name: 'continuo_http_requests_total',
      help: 'Requests by route, method, model and status. A stream keeps its 200: see continuo_completions_total.',
      labelNames: ['route', 'method', 'model', 'status'] as const,
      registers: [registry],
    })
    this.#durations = new SeriesHistogram({
      name: 'continuo_http_request_seconds',
      help: 'Time from the arrival of a request to the end of its response.',
      labelNames: ['route'] as const,
      buckets: REQUEST_BUCKETS_SECONDS,
      registry,
    })
    this.#inFlight = new Gauge({
      name: 'continuo_http_requests_in_flight',
      help: 'Requests that have arrived and whose response has not ended.',
      registers: [registry],
    })
  }

  /** Counts a request in progress. */
  begin(): void {
    this.#inFlight.inc()
  }

  /** Counts a request that {@link begin} counted as in progress. */
  end({ method, route, status, modelId, totalMs }: CompletedRequest): void {
    this.#inFlight.dec()
    this.#requests.inc({
      route,
      method: METHODS.has(method) ? method : 'other',
      model: modelId === undefined ? '' : this.#modelLabel(modelId),
      status,
    })
    this.#durations.observe(route, () => ({ route }), totalMs / 1000)
  }
}
