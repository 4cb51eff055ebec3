import { useEffect, useState } from 'preact/hooks'
import { ApiFailure } from './api-failure.ts'
import { fetchApi, isAbort } from './call-api.ts'
import {
  type Histogram,
  histogramOf,
  parseMetrics,
  quantileOf,
  type Sample,
  since,
  sumOf,
} from './parse-metrics.ts'

/** How often the figures are read, and how many of them a chart shows. */
export const INTERVAL_MS = 2000
export const MAX_FIGURES = 90

/** What happened between two readings of the metrics. Rates are those of a second. */
export interface LiveFigures {
  readonly atMs: number
  readonly requests: number
  readonly errors: number
  readonly promptTokens: number
  readonly outputTokens: number
  /** Seconds; not a number where nothing was measured. */
  readonly firstTokenP50: number
  readonly firstTokenP95: number
  readonly queued: number
  readonly busy: number
}

/** The state of one engine now. */
export interface EngineState {
  readonly name: string
  readonly isReady: boolean
  /** Null for a model on another server. */
  readonly sequences: number | null
  readonly busy: number
  readonly queued: number
  readonly memoryBytes: number | null
  readonly upstreams: readonly {
    readonly name: string
    readonly isHealthy: boolean
    readonly inFlight: number
  }[]
}

export interface Live {
  readonly figures: readonly LiveFigures[]
  readonly engines: readonly EngineState[]
  readonly samples: readonly Sample[]
  readonly error: ApiFailure | null
}

interface Reading {
  readonly atMs: number
  readonly samples: readonly Sample[]
  readonly firstToken: Histogram
}

/** Reads the metrics again and again while a component is on the page and the page can be seen. */
export function useLive(): Live {
  const [live, setLive] = useState<Live>({ figures: [], engines: [], samples: [], error: null })
  useEffect(() => {
    const controller = new AbortController()
    let last: Reading | null = null
    let timer: ReturnType<typeof setTimeout>
    const read = async () => {
      try {
        if (!document.hidden) {
          const response = await fetchApi('/metrics', { signal: controller.signal })
          const reading = readingOf(parseMetrics(await response.text()))
          const before = last
          last = reading
          setLive((old) => withReading(old, reading, before))
        }
      } catch (thrown) {
        if (isAbort(thrown)) return
        setLive((old) => ({ ...old, error: ApiFailure.from(thrown) }))
      }
      timer = setTimeout(() => void read(), INTERVAL_MS)
    }
    void read()
    return () => {
      controller.abort()
      clearTimeout(timer)
    }
  }, [])
  return live
}

function readingOf(samples: readonly Sample[]): Reading {
  const firstToken = histogramOf(samples, 'continuo_time_to_first_token_seconds')
  return { atMs: Date.now(), samples, firstToken }
}

function withReading(old: Live, reading: Reading, before: Reading | null): Live {
  const figures = before === null ? [] : [...old.figures, figuresBetween(before, reading)]
  return {
    figures: figures.slice(-MAX_FIGURES),
    engines: enginesOf(reading.samples),
    samples: reading.samples,
    error: null,
  }
}

/** The console's own requests are not what an operator asks for. */
function isOfApi(labels: Sample['labels']): boolean {
  return labels.route?.startsWith('/v1/') === true && !labels.route.startsWith('/v1/organizations')
}

export function figuresBetween(
  before: Pick<Reading, 'atMs' | 'samples' | 'firstToken'>,
  now: Reading,
): LiveFigures {
  const seconds = Math.max(0.001, (now.atMs - before.atMs) / 1000)
  const rate = (name: string, fits?: (labels: Sample['labels']) => boolean) =>
    Math.max(0, sumOf(now.samples, name, fits) - sumOf(before.samples, name, fits)) / seconds
  const firstToken = since(now.firstToken, before.firstToken)
  return {
    atMs: now.atMs,
    requests: rate('continuo_http_requests_total', isOfApi),
    errors: rate('continuo_http_requests_total', (labels) => isOfApi(labels) && Number(labels.status) >= 400),
    promptTokens: rate('continuo_prompt_tokens_total'),
    outputTokens: rate('continuo_completion_tokens_total'),
    firstTokenP50: quantileOf(firstToken, 0.5),
    firstTokenP95: quantileOf(firstToken, 0.95),
    queued: sumOf(now.samples, 'continuo_queue_length'),
    busy: sumOf(now.samples, 'continuo_sequences_busy'),
  }
}

export function enginesOf(samples: readonly Sample[]): readonly EngineState[] {
  const ready = samples.filter(({ name }) => name === 'continuo_engine_ready')
  return ready.map(({ labels, value }) => {
    const engine = labels.engine ?? ''
    const isOwn = (each: Sample['labels']) => each.engine === engine
    const has = (metric: string) => samples.some((sample) => sample.name === metric && isOwn(sample.labels))
    const read = (metric: string) => (has(metric) ? sumOf(samples, metric, isOwn) : null)
    const upstreams = samples
      .filter((sample) => sample.name === 'continuo_upstream_healthy' && isOwn(sample.labels))
      .map((sample) => upstreamOf(sample, samples))
    return {
      name: engine,
      isReady: value === 1,
      sequences: read('continuo_sequences'),
      busy: read('continuo_sequences_busy') ?? 0,
      queued: read('continuo_queue_length') ?? 0,
      memoryBytes: read('continuo_engine_resident_memory_bytes'),
      upstreams,
    }
  })
}

function upstreamOf({ labels, value }: Sample, samples: readonly Sample[]): EngineState['upstreams'][number] {
  const isSame = (each: Sample['labels']) =>
    Object.entries(labels).every(([name, text]) => each[name] === text)
  const { engine: _, ...rest } = labels
  return {
    name: Object.values(rest).join(' '),
    isHealthy: value === 1,
    inFlight: sumOf(samples, 'continuo_upstream_requests_in_flight', isSame),
  }
}
