const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** What a bucket counts. */
export type RateMeasure =
  | 'requests'
  | 'inputTokens'
  | 'allInputTokens'
  | 'outputTokens'
  | 'tokens'
  | 'dailyTokens'

/** What limits are measured in, besides money. */
export type Measure = RateMeasure | 'concurrency'

export interface MeasureProperties {
  /** The limiter's type, as the API and the table `limit_rules` name it. */
  readonly limiterType: string
  /** Null where nothing refills. */
  readonly periodMs: number | null
  /** As error texts name it. */
  readonly text: string
}

export const MEASURES: Readonly<Record<Measure, MeasureProperties>> = {
  requests: { limiterType: 'requests_per_minute', periodMs: MINUTE_MS, text: 'requests per minute' },
  // Without those that are read from the cache.
  inputTokens: {
    limiterType: 'input_tokens_per_minute_cache_aware',
    periodMs: MINUTE_MS,
    text: 'input tokens per minute',
  },
  allInputTokens: {
    limiterType: 'input_tokens_per_minute',
    periodMs: MINUTE_MS,
    text: 'input tokens per minute',
  },
  outputTokens: {
    limiterType: 'output_tokens_per_minute',
    periodMs: MINUTE_MS,
    text: 'output tokens per minute',
  },
  tokens: { limiterType: 'tokens_per_minute', periodMs: MINUTE_MS, text: 'tokens per minute' },
  dailyTokens: { limiterType: 'tokens_per_day', periodMs: DAY_MS, text: 'tokens per day' },
  concurrency: { limiterType: 'concurrent_requests', periodMs: null, text: 'concurrent requests' },
}

const BY_LIMITER_TYPE = new Map(
  (Object.keys(MEASURES) as Measure[]).map((measure) => [MEASURES[measure].limiterType, measure]),
)

/** The measure of a limiter's type; undefined for a type that this server has no limiter for. */
export function measureOf(limiterType: string): Measure | undefined {
  return BY_LIMITER_TYPE.get(limiterType)
}
