import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { UpstreamRequest } from '../dialects/upstream-dialect.ts'
import type { UpstreamEngineSettings } from '../upstream-engine-settings.ts'
import { readErrorAnswer } from './read-upstream-error.ts'
import { type Redact, secretRedactor } from './redact-secrets.ts'
import { Replica } from './replica.ts'
import { type ReplicaLease, ReplicaSet } from './replica-set.ts'
import type { AnswerOrigin } from './response-origin.ts'
import { readRetryAfterMs, retryDelayMs } from './retry-policy.ts'
import { UpstreamFailure, type UpstreamFailureKind } from './upstream-failure.ts'
import { MAX_ERROR_BODY_BYTES, type UpstreamAnswer } from './upstream-response.ts'

/** How replicas fare, for those who watch; no text holds a prompt. */
export interface ReplicaEvents {
  /** An attempt failed, whether or not another one succeeds. */
  readonly onFailure?: (address: string, kind: UpstreamFailureKind) => void
  readonly onSetAside?: (address: string, reason: string, forMs: number) => void
  readonly onBack?: (address: string) => void
}

/** A success that has begun. `release` is called at its end, however that comes about. */
export interface Exchange {
  readonly answer: UpstreamAnswer
  readonly origin: AnswerOrigin
  /** Tells what went wrong after the beginning. */
  readonly fail: (failure: UpstreamFailure) => void
  readonly release: () => void
}

/** Sends requests to the replicas of one upstream, again where that may help. */
export class UpstreamExchanges {
  readonly #settings: UpstreamEngineSettings
  readonly #events: ReplicaEvents
  readonly #redact: Redact
  readonly #replicas: readonly Replica[]
  readonly #replicaSet: ReplicaSet<Replica>

  constructor(
    settings: UpstreamEngineSettings,
    headers: Readonly<Record<string, string>>,
    events: ReplicaEvents,
  ) {
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
  async begin(request: UpstreamRequest, promptText: string, signal: AbortSignal): Promise<Exchange> {
    const { maxRetries } = this.#settings
    const met = new Set<Replica>()
    for (let failedAttempts = 1; ; failedAttempts++) {
      const lease = this.#replicaSet.acquire(promptText, met)
      try {
        return await this.#attempt(lease, request, signal)
      } catch (error) {
        lease.release()
        if (!(error instanceof UpstreamFailure) || signal.aborted) throw error
        this.#events.onFailure?.(lease.replica.address, error.kind)
        // A kept connection may be closed over there in the moment that it is used: no reason to set anybody aside.
        if (error.kind !== 'connection-lost') this.#blame(lease, error)
        met.add(lease.replica)
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
    lease: ReplicaLease<Replica>,
    request: UpstreamRequest,
    signal: AbortSignal,
  ): Promise<Exchange> {
    const { address } = lease.replica
    const origin = { address, redact: this.#redact }
    const answer = await lease.replica.send(request, signal)
    if (answer.status !== 200) throw await readFailure(answer, origin)
    if (lease.markHealthy()) this.#events.onBack?.(address)
    return {
      answer,
      origin,
      fail: (failure) => {
        this.#events.onFailure?.(address, failure.kind)
        this.#blame(lease, failure)
      },
      release: () => {
        answer.leave()
        lease.release()
      },
    }
  }

  #blame(lease: ReplicaLease<Replica>, failure: UpstreamFailure): void {
    if (!failure.isReplicaFault) return
    const forMs = lease.setAside()
    if (forMs > 0) this.#events.onSetAside?.(lease.replica.address, failure.message, forMs)
  }
}

/** The key, and what else is sent under a name that says so. */
function secretsOf({ apiKey, extraBody }: UpstreamEngineSettings): string[] {
  const named = Object.entries(extraBody).filter(([name]) => /key|token|secret|password/i.test(name))
  return [apiKey, ...named.map(([, value]) => value)].filter((secret) => typeof secret === 'string')
}

async function readFailure(answer: UpstreamAnswer, origin: AnswerOrigin): Promise<UpstreamFailure> {
  // The status says what went wrong, whatever becomes of the words.
  const body = await answer.text(MAX_ERROR_BODY_BYTES).catch(() => '')
  answer.finish()
  const retryAfterMs = readRetryAfterMs(answer.header('retry-after'), Date.now())
  return readErrorAnswer(origin, answer.status, body, retryAfterMs === undefined ? {} : { retryAfterMs })
}
