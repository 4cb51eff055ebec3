import type { AdmissionRequest, AdmittedRequest, LimitStatus } from '../completion/admission.ts'
import { amountOf, HeldLimits, NOTHING_USED } from './held-limits.ts'
import type { AppliedLimits, AppliedRate, LeaseDesks, LimitParts } from './limit-parts.ts'
import type { LimitScope } from './limit-rule.ts'
import { limitStatus } from './limit-status.ts'
import type { Measure } from './measure.ts'
import { PromptEstimate } from './prompt-estimate.ts'
import { concurrencyRefusal, rateRefusal, spendRefusal } from './refusal.ts'
import type { Need } from './slice.ts'

/** A lease may be used up by others before the request that waited for it gets its part; more often is no accident. */
const MAX_LEASE_ROUNDS = 8
/** Then the request waits this long. */
const CONTENDED_WAIT_MS = 1_000

/** Which workspaces have a share of the organization's limits for themselves. */
export interface PriorityShare {
  readonly ids: ReadonlySet<string>
  readonly share: number
}

export interface RateAdmissionOptions {
  readonly parts: LimitParts
  /** Null where limits count in memory. */
  readonly desks: LeaseDesks | null
  readonly organizationId: string
  /** The database's clock. */
  readonly nowMs: () => number
  /** Null where no workspace has priority. */
  readonly priority: () => PriorityShare | null
  readonly onRefusal: (measure: Measure | 'spend', scope: LimitScope) => void
}

/** Without limits there is nothing to hold. */
const UNLIMITED: Omit<AdmittedRequest, 'serviceTier'> = {
  use: () => undefined,
  spend: () => undefined,
  release: () => undefined,
  status: () => ({}),
}

/** Admits requests within the limits of their organization, workspace and key. */
export class RateAdmission {
  readonly #options: RateAdmissionOptions
  readonly #estimate = new PromptEstimate()

  constructor(options: RateAdmissionOptions) {
    this.#options = options
  }

  /**
   * Charges a request to every limit that it must meet, or to none. It is a promise only where a lease is needed.
   *
   * @throws LimitError
   */
  readonly admit = (request: AdmissionRequest): AdmittedRequest | Promise<AdmittedRequest> => {
    const { parts, nowMs } = this.#options
    const { workspaceId, apiKeyId, actorId } = request.caller
    const limits = parts.limitsFor({ workspaceId, apiKeyId, actorId, modelId: request.modelId }, nowMs())
    const priority = this.#priorityOf(request)
    if (limits === null) return { ...UNLIMITED, serviceTier: priority === null ? 'standard' : 'priority' }
    const attempt = new AdmissionAttempt(limits, request, priority, this.#options, this.#estimate)
    const leasing = attempt.tryEnter()
    return leasing === null ? attempt.held() : enterAfter(leasing, attempt)
  }

  #priorityOf({ allowsPriority, caller }: AdmissionRequest): PriorityShare | null {
    const priority = allowsPriority ? this.#options.priority() : null
    return priority?.ids.has(caller.workspaceId) ? priority : null
  }
}

async function enterAfter(first: Promise<unknown>, attempt: AdmissionAttempt): Promise<AdmittedRequest> {
  let leasing: Promise<unknown> | null = first
  for (let round = 0; leasing !== null && round < MAX_LEASE_ROUNDS; round++) {
    await leasing
    leasing = attempt.tryEnter()
  }
  if (leasing !== null) throw attempt.contended()
  return attempt.held()
}

/** One request at its limits. */
class AdmissionAttempt {
  readonly #limits: AppliedLimits
  readonly #request: AdmissionRequest
  readonly #priority: PriorityShare | null
  readonly #options: RateAdmissionOptions
  readonly #estimate: PromptEstimate
  readonly #promptUnits: number
  readonly #promptTokens: number
  readonly #needs: readonly Need[]

  constructor(
    limits: AppliedLimits,
    request: AdmissionRequest,
    priority: PriorityShare | null,
    options: RateAdmissionOptions,
    estimate: PromptEstimate,
  ) {
    this.#limits = limits
    this.#request = request
    this.#priority = priority
    this.#options = options
    this.#estimate = estimate
    const countsPrompt = limits.rates.some(
      ({ measure }) => measure !== 'requests' && measure !== 'outputTokens',
    )
    this.#promptUnits = countsPrompt ? request.promptUnits() : 0
    this.#promptTokens = countsPrompt ? estimate.tokensOf(request.modelId, this.#promptUnits) : 0
    this.#needs = limits.rates.map((rate) => ({
      tokens: amountOf(rate.measure, this.#promptTokens, NOTHING_USED),
      kept: this.#keptOf(rate),
    }))
  }

  /**
   * Takes what the request needs of every limit. Returns null when it has it, else the lease to wait for, having taken
   * nothing.
   *
   * @throws LimitError
   */
  tryEnter(): Promise<unknown> | null {
    const nowMs = this.#options.nowMs()
    const closed = this.#findClosedSpend(nowMs)
    const lacking = closed.length > 0 ? closed : this.#takeRates(nowMs)
    if (lacking.length > 0) return Promise.all(lacking.map((lease) => lease()))
    this.#enterGates(nowMs)
    return null
  }

  held(): AdmittedRequest {
    const { modelId } = this.#request
    return new HeldLimits(this.#limits, {
      serviceTier: this.#priority === null ? 'standard' : 'priority',
      promptTokens: this.#promptTokens,
      priorityShare: this.#priority?.share ?? null,
      nowMs: this.#options.nowMs,
      onPromptTokens: (tokens) => this.#estimate.learn(modelId, this.#promptUnits, tokens),
    })
  }

  /** The refusal of a request that others were always faster than. */
  contended(): Error {
    const [rate] = this.#limits.rates
    const [spend] = this.#limits.spend
    if (rate !== undefined) return this.#refusalBy(rate, CONTENDED_WAIT_MS)
    if (spend === undefined) return new Error('a request without limits waited for a lease')
    return spendRefusal(spend.rule, spend.endsAtMs(this.#options.nowMs()), this.#status())
  }

  /** The leases of money that are needed. */
  #findClosedSpend(nowMs: number): (() => Promise<void>)[] {
    const closed = this.#limits.spend.filter((slice) => !slice.isOpen(nowMs))
    const reached = closed.find((slice) => slice.isReached(nowMs))
    if (reached === undefined) return closed.map((slice) => () => this.#desks.counters.wait(slice, null))
    this.#options.onRefusal('spend', reached.rule.scope)
    throw spendRefusal(reached.rule, reached.endsAtMs(nowMs), this.#status())
  }

  /** Takes all needs, or none and returns the leases that are needed. */
  #takeRates(nowMs: number): (() => Promise<void>)[] {
    const { rates } = this.#limits
    const taken: number[] = []
    const lacking: number[] = []
    for (const [index, { slice }] of rates.entries())
      (slice.tryTake(this.#needOf(index), nowMs) ? taken : lacking).push(index)
    if (lacking.length === 0) return []
    for (const index of taken) rates[index]?.slice.charge(-this.#needOf(index).tokens, nowMs)
    return lacking.flatMap((index) => {
      const rate = rates[index]
      if (rate === undefined) return []
      const waitMs = rate.slice.waitMs(this.#needOf(index), nowMs)
      if (waitMs !== null) throw this.#refusalBy(rate, waitMs)
      return [() => this.#desks.buckets.wait(rate.slice, this.#needOf(index))]
    })
  }

  #enterGates(nowMs: number): void {
    const { gates, rates } = this.#limits
    const closed = gates.findIndex(({ gate }) => !gate.tryEnter())
    if (closed === -1) return
    for (const { gate } of gates.slice(0, closed)) gate.exit()
    for (const [index, { slice }] of rates.entries()) slice.charge(-this.#needOf(index).tokens, nowMs)
    const rule = gates[closed]?.rule
    if (rule === undefined) return
    this.#options.onRefusal('concurrency', rule.scope)
    throw concurrencyRefusal(rule, this.#status())
  }

  #refusalBy(rate: AppliedRate, waitMs: number): Error {
    const { organizationId, onRefusal } = this.#options
    onRefusal(rate.measure, rate.rule.scope)
    const { modelId } = this.#request
    return rateRefusal(rate.rule, waitMs, this.#status(rate), { organizationId, modelId })
  }

  #status(refusedBy: AppliedRate | null = null): LimitStatus {
    const priorityShare = this.#priority?.share ?? null
    return limitStatus(this.#limits.rates, this.#options.nowMs(), { refusedBy, priorityShare })
  }

  #needOf(index: number): Need {
    return this.#needs[index] ?? { tokens: 0, kept: 0 }
  }

  /** What a request without priority leaves to those that have it. */
  #keptOf({ rule: { scope, amount } }: AppliedRate): number {
    if (scope !== 'organization' || this.#priority !== null) return 0
    return Math.floor(amount * (this.#options.priority()?.share ?? 0))
  }

  get #desks(): LeaseDesks {
    const { desks } = this.#options
    if (desks === null) throw new Error('a limit in memory asked for a lease')
    return desks
  }
}
