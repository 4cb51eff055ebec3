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

/** How replicas fare, for those who watch; no text holds a prompt. */
export interface ReplicaEvents {
  /** An attempt failed, whether or not another one succeeds. */
  readonly onFailure?: (address: string, kind: UpstreamFailureKind) => void
  readonly onEject?: (address: string, reason: string, forMs: number) => void
  readonly onBack?: (address: string) => void
}

/** A success that has begun. `release` is called at its end, however that comes about. */
export interface UpstreamCall {
  readonly response: UpstreamResponse
  readonly origin: ResponseOrigin
  /** Tells what went wrong after the beginning. */
  readonly fail: (failure: UpstreamFailure) => void
  readonly release: () => void
}

/** Sends requests to the replicas of one upstream, again where that may help. */
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

  /** How every replica stands at this moment. */
  health() {
    return this.#replicaSet.health().map(({ replica: { address }, isHealthy, requestsInFlight }) => ({
      address,
      isHealthy,
      requestsInFlight,
    }))
  }

  /**
   * Sends a request until it succeeds or nothing more can be hoped for.
   *
   * @param promptText what decides which replica it goes to
   * @throws UpstreamFailure the last one
   */
  async begin(request: UpstreamRequest, promptText: string, signal: AbortSignal): Promise<UpstreamCall> {
    const { maxRetries } = this.#settings
    const met = new Set<Replica>()
    for (let failedAttempts = 1; ; failedAttempts++) {
      const replicaCall = this.#replicaSet.acquire(promptText, met)
      try {
        return await this.#attempt(replicaCall, request, signal)
      } catch (error) {
        replicaCall.release()
        if (!(error instanceof UpstreamFailure) || signal.aborted) throw error
        this.#events.onFailure?.(replicaCall.replica.address, error.kind)
        // A kept connection may be closed over there in the moment that it is used: no reason to set anybody aside.
        if (error.kind !== 'connection-lost') this.#reportFailure(replicaCall, error)
        met.add(replicaCall.replica)
        const hasOtherReplica = this.#replicaSet.hasOther(met)
        const random = Math.random()
        const waitMs = retryDelayMs({ failure: error, failedAttempts, maxRetries, hasOtherReplica, random })
        if (waitMs === null) throw error
        await delay(waitMs, undefined, { signal })
      }
    }
  }

  /** Ends every exchange and connection. */
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

/** The key, and what else is sent under a name that says so. */
function secretsOf({ apiKey, extraBody }: TransportSettings): string[] {
  const named = Object.entries(extraBody).filter(([name]) => /key|token|secret|password/i.test(name))
  return [apiKey, ...named.map(([, value]) => value)].filter((secret) => typeof secret === 'string')
}

async function readFailure(response: UpstreamResponse, origin: ResponseOrigin): Promise<UpstreamFailure> {
  // The status says what went wrong, whatever becomes of the words.
  const body = await response.text(MAX_ERROR_BODY_BYTES).catch(() => '')
  response.finish()
  const retryAfterMs = readRetryAfterMs(response.header('retry-after'), Date.now())
  return readErrorResponse(origin, response.status, body, retryAfterMs === undefined ? {} : { retryAfterMs })
}
