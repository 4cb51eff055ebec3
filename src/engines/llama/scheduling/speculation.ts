import type { DraftCounts, DraftSource } from '../protocol/draft-counts.ts'
import { chooseDraftLength } from './choose-draft-length.ts'
import { DraftModel, type DraftModelOptions } from './draft-model.ts'
import { type BusySequence, isInPrefill, type RunningRequest } from './sequence.ts'
import { StepCosts } from './step-costs.ts'

const MAX_DRAFT_TOKENS = 16
/** A batch of more sequences is large without drafts. */
const MAX_SEQUENCES = 4
/** A draft must be expected to save more than this: costs and rates are estimates. */
const MIN_SPEED_UP: Readonly<Record<DraftSource, number>> = {
  'prompt-lookup': 1.1,
  // The draft is made already.
  'draft-model': 1,
}

/** The draft tokens of a step. */
export type Drafts = ReadonlyMap<BusySequence, readonly number[]>

const NO_DRAFTS: Drafts = new Map()

/** What drafts are made with. */
export interface SpeculationOptions {
  /** Null where there is no draft model. */
  readonly draftModel: DraftModelOptions | null
  /** A monotonic clock, in milliseconds. */
  readonly nowMs: () => number
  /** What steps are known to take; nothing is if omitted. */
  readonly costs?: StepCosts
}

/**
 * Chooses the draft tokens of each step (speculative decoding). They are evaluated together with the token before them, and
 * each is accepted if it is the token that is sampled then, so completions are the same as without. A step with a draft
 * takes longer: there is one only where it is expected to save time for each sequence of the step.
 */
export class Speculation {
  readonly #costs: StepCosts
  readonly #draftModel: DraftModel | null
  #source: DraftSource = 'prompt-lookup'
  #sequences = 0
  #counts = new Map<DraftSource, DraftCounts>()

  constructor({ draftModel, nowMs, costs }: SpeculationOptions) {
    this.#costs = costs ?? new StepCosts(draftModel?.relativeCost ?? null)
    this.#draftModel = draftModel && new DraftModel(draftModel, this.#costs, nowMs)
  }

  /** The drafts for the sequences of a step, all of the same length: mostly none. */
  draft(sequences: readonly BusySequence[], maxBatchTokens: number): Drafts {
    if (sequences.length === 0 || sequences.length > MAX_SEQUENCES || sequences.some(isInPrefill))
      return NO_DRAFTS
    const remaining = sequences.map(({ running }) => running.request.maxTokens - running.completionTokens - 1)
    const batchTokens = Math.floor(maxBatchTokens / sequences.length) - 1
    const maxTokens = Math.max(
      0,
      Math.min(this.#costs.maxDraftTokens(MAX_DRAFT_TOKENS), batchTokens, ...remaining),
    )
    this.#sequences = sequences.length
    for (const { cachedTokens, running } of sequences) cachedTokens.push(running.sampledToken ?? 0)
    try {
      return this.#lookUp(sequences, maxTokens) ?? this.#askDraftModel(sequences, maxTokens) ?? NO_DRAFTS
    } finally {
      for (const { cachedTokens } of sequences) cachedTokens.pop()
    }
  }

  /** Records how many draft tokens of a sequence were accepted. */
  observe(running: RunningRequest, draftTokens: number, accepted: number): void {
    const source = this.#source
    const before = this.#counts.get(source)
    this.#counts.set(source, {
      source,
      draftTokens: (before?.draftTokens ?? 0) + draftTokens,
      acceptedTokens: (before?.acceptedTokens ?? 0) + accepted,
    })
    if (source === 'draft-model') this.#draftModel?.observe(running, this.#sequences, draftTokens, accepted)
    else
      running.promptLookup.credit.add(1 + accepted - this.#costs.relativeCost(this.#sequences, draftTokens))
  }

  /** Records how long a step without prompts took. */
  observeStep(sequences: number, draftTokens: number, elapsedMs: number): void {
    this.#costs.observe(sequences, draftTokens, elapsedMs)
  }

  /** What was counted since the last call. */
  takeCounts(): readonly DraftCounts[] {
    if (this.#counts.size === 0) return []
    const counts = [...this.#counts.values()]
    this.#counts = new Map()
    return counts
  }

  #lookUp(sequences: readonly BusySequence[], maxTokens: number): Drafts | null {
    for (const { cachedTokens, running } of sequences) running.promptLookup.follow(cachedTokens)
    // Each counts the steps of its own pause.
    const allowed = sequences.filter(({ running }) => running.promptLookup.credit.allowsDraft())
    if (allowed.length < sequences.length) return null
    const expected = sequences.map(({ running }) => running.promptLookup.expectedTokens(maxTokens))
    const length = this.#lengthOf('prompt-lookup', expected)
    if (length === 0) return null
    const drafts = sequences.map(
      (sequence) => [sequence, sequence.running.promptLookup.draft(sequence.cachedTokens, length)] as const,
    )
    return new Map(drafts)
  }

  #askDraftModel(sequences: readonly BusySequence[], maxTokens: number): Drafts | null {
    const drafts = maxTokens > 0 ? (this.#draftModel?.draft(sequences, maxTokens) ?? []) : []
    if (drafts.length === 0) return null
    const length = this.#lengthOf(
      'draft-model',
      drafts.map(({ expected }) => expected),
    )
    if (length > 0)
      return new Map(sequences.map((one, index) => [one, drafts[index]?.tokens.slice(0, length) ?? []]))
    // The draft was made for nothing.
    for (const { running } of sequences) this.#draftModel?.observe(running, sequences.length, 0, 0)
    return null
  }

  #lengthOf(source: DraftSource, expected: readonly (readonly number[])[]): number {
    const costOf = (tokens: number) => this.#costs.relativeCost(this.#sequences, tokens)
    const { tokens, speedUp } = chooseDraftLength(expected, costOf)
    if (speedUp <= MIN_SPEED_UP[source]) return 0
    this.#source = source
    return tokens
  }
}
