import { LimitError } from '../completion/limit-error.ts'
import type { LeaseDesks } from './limit-parts.ts'
import type { AdminApiLimits } from './settings.ts'
import { Slice } from './slice.ts'

/** What the Admin API's own limits count: every request, and invites that are created besides. */
export type AdminMeasure = 'requests' | 'invites'

const PERIODS: Readonly<Record<AdminMeasure, { readonly periodMs: number; readonly text: string }>> = {
  requests: { periodMs: 60_000, text: 'requests per minute' },
  invites: { periodMs: 60 * 60_000, text: 'invites per hour' },
}
const ONE = { tokens: 1, kept: 0 }
/** A lease may be used up by others before the request that waited for it; more often is no accident. */
const MAX_LEASE_ROUNDS = 8
const CONTENDED_WAIT_MS = 1_000

export interface AdminRateLimitsOptions {
  readonly settings: AdminApiLimits
  /** Null where limits count in memory. */
  readonly buckets: LeaseDesks['buckets'] | null
  readonly liveInstances: () => number
  /** The database's clock. */
  readonly nowMs: () => number
}

/** The limits of the Admin API's own requests, over all instances. */
export class AdminRateLimits {
  readonly #options: AdminRateLimitsOptions
  readonly #slices: Readonly<Record<AdminMeasure, Slice>>

  constructor(options: AdminRateLimitsOptions) {
    this.#options = options
    const { requestsPerMinute, invitesPerHour } = options.settings
    this.#slices = {
      requests: this.#sliceOf('requests', requestsPerMinute),
      invites: this.#sliceOf('invites', invitesPerHour),
    }
  }

  /** Counts one request, or one invite. @throws LimitError */
  async admit(measure: AdminMeasure): Promise<void> {
    const { buckets, nowMs } = this.#options
    const slice = this.#slices[measure]
    for (let round = 0; round < MAX_LEASE_ROUNDS; round++) {
      if (slice.tryTake(ONE, nowMs())) return
      const waitMs = slice.waitMs(ONE, nowMs())
      if (waitMs !== null || buckets === null) throw this.#refusal(measure, waitMs ?? CONTENDED_WAIT_MS)
      await buckets.wait(slice, ONE)
    }
    throw this.#refusal(measure, CONTENDED_WAIT_MS)
  }

  #sliceOf(measure: AdminMeasure, limit: number): Slice {
    const { buckets, liveInstances } = this.#options
    const key = `admin-api//${measure}`
    const size = { limit, periodMs: PERIODS[measure].periodMs }
    if (buckets === null) return Slice.inMemory(key, size)
    const slice = new Slice(key, size, liveInstances)
    buckets.add(slice)
    return slice
  }

  #refusal(measure: AdminMeasure, waitMs: number): LimitError {
    const figure = this.#slices[measure].figure(this.#options.nowMs())
    const limit = `${figure.limit.toLocaleString('en-US')} ${PERIODS[measure].text}`
    return new LimitError(
      'rate-limited',
      `Admin API rate limit of ${limit} per organization has been exceeded. Please try again later.`,
      {
        status: measure === 'requests' ? { requests: { ...figure, remaining: 0 } } : {},
        retryAfterMs: Math.max(1, waitMs),
      },
    )
  }
}
