import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { type ResponseOrigin, readErrorResponse } from './read-upstream-error.ts'
import { type Redact, secretRedactor } from './redact-secrets.ts'
import { Replica } from './replica.ts'
import { type ReplicaCall, ReplicaSet } from './replica-set.ts'
import { readRetryAfterMs, retryDelayMs } from './retry-policy.ts'
import type { TransportSettings } from './transport-settings.ts'
import { UpstreamFailure, type UpstreamFailureKind } from './upstream-failure.ts'
import type { UpstreamRequest } from './upstream-request.ts'
import { MAX_ERROR_BODY_BYTES, type UpstreamResponse } from './upstream-response.ts'

/** Listeners for the health of replicas; no text contains any of a prompt. */
export interface ReplicaEvents {
  /** An attempt failed; another one may still succeed. */
  readonly onFailure?: (address: string, kind: UpstreamFailureKind) => void
  readonly onEject?: (address: string, reason: string, forMs: number) => void
  readonly onBack?: (address: string) => void
}

/** A successful response that has started. `release` must be called at its end, however it ends. */
export interface UpstreamCall {
  readonly response: UpstreamResponse
  readonly origin: ResponseOrigin
  /** Reports a failure after the start. */
  readonly fail: (failure: UpstreamFailure) => void
  readonly release: () => void
}

/** Sends requests to the replicas of one upstream, with retries. */
export class UpstreamCalls {
  readonly #settings: TransportSettings
  readonly #events: ReplicaEvents
  readonly #redact: Redact
  readonly #replicas: readonly Replica[]
  readonly #replicaSet: ReplicaSet<Replica>

  constructor(settings: TransportSettings, headers: Readonly<Record<string, string>>, events: ReplicaEvents) {
    this.#settings = settings
    this.#events = events
    this.#redact = secretRedactor(secretsOf(settings))
    this.#replicas = settings.baseUrls.map((baseUrl) => new Replica(baseUrl, headers, settings))
    const byAddress = new Map(this.#replicas.map((replica) => [replica.address, replica]))
    this.#replicaSet = new ReplicaSet(byAddress, () => performance.now())
  }

  get addresses(): readonly string[] {
    return this.#replicas.map((replica) => replica.address)
  }

  /** The health of every replica. */
  health() {
    return this.#replicaSet.health().map(({ replica: { address }, isHealthy, requestsInFlight }) => ({
      address,
      isHealthy,
      requestsInFlight,
    }))
  }

  /**
   * Sends a request until it succeeds or a retry is pointless.
   *
   * @param promptText decides which replica is preferred
   * @throws UpstreamFailure the last one
   */
  async begin(request: UpstreamRequest, promptText: string, signal: AbortSignal): Promise<UpstreamCall> {
    const { maxRetries } = this.#settings
    const failed = new Set<Replica>()
    for (let failedAttempts = 1; ; failedAttempts++) {
      const replicaCall = this.#replicaSet.acquire(promptText, failed)
      try {
        return await this.#attempt(replicaCall, request, signal)
      } catch (error) {
        replicaCall.release()
        if (!(error instanceof UpstreamFailure) || signal.aborted) throw error
        this.#events.onFailure?.(replicaCall.replica.address, error.kind)
        // A keep-alive connection may be closed by the upstream just as it is used: no reason to eject a replica.
        if (error.kind !== 'connection-lost') this.#reportFailure(replicaCall, error)
        failed.add(replicaCall.replica)
        const hasOtherReplica = this.#replicaSet.hasOther(failed)
        const random = Math.random()
        const waitMs = retryDelayMs({ failure: error, failedAttempts, maxRetries, hasOtherReplica, random })
        if (waitMs === null) throw error
        await delay(waitMs, undefined, { signal })
      }
    }
  }

  /** Aborts every request and closes every connection. */
  async close(): Promise<void> {
    await Promise.all(this.#replicas.map((replica) => replica.close()))
  }

  async #attempt(
    replicaCall: ReplicaCall<Replica>,
    request: UpstreamRequest,
    signal: AbortSignal,
  ): Promise<UpstreamCall> {
    const { address } = replicaCall.replica
    const origin = { address, redact: this.#redact }
    const response = await replicaCall.replica.send(request, signal)
    if (response.status !== 200) throw await readFailure(response, origin)
    if (replicaCall.markHealthy()) this.#events.onBack?.(address)
    return {
      response,
      origin,
      fail: (failure) => {
        this.#events.onFailure?.(address, failure.kind)
        this.#reportFailure(replicaCall, failure)
      },
      release: () => {
        response.cancel()
        replicaCall.release()
      },
    }
  }

  #reportFailure(replicaCall: ReplicaCall<Replica>, failure: UpstreamFailure): void {
    if (!failure.isReplicaFault) return
    const forMs = replicaCall.eject()
    if (forMs > 0) this.#events.onEject?.(replicaCall.replica.address, failure.message, forMs)
  }
}

/** The API key, and fields of `extraBody` whose names suggest a secret. */
function secretsOf({ apiKey, extraBody }: TransportSettings): string[] {
  const named = Object.entries(extraBody).filter(([name]) => /key|token|secret|password/i.test(name))
  return [apiKey, ...named.map(([, value]) => value)].filter((secret) => typeof secret === 'string')
}

async function readFailure(response: UpstreamResponse, origin: ResponseOrigin): Promise<UpstreamFailure> {
  // The status suffices when the body cannot be read.
  const body = await response.text(MAX_ERROR_BODY_BYTES).catch(() => '')
  response.finish()
  const retryAfterMs = readRetryAfterMs(
    response.header('retry-after'),
    Date.now(),
    response.header('retry-after-ms'),
  )
  return readErrorResponse(origin, response.status, body, retryAfterMs === undefined ? {} : { retryAfterMs })
}
