import type { ContextSettings } from '../llama-cpp/context-settings.ts'
import type { LlamaLibrary } from '../llama-cpp/llama-library.ts'
import type { LlamaModel } from '../llama-cpp/llama-model.ts'
import type { KvCacheLayout, MeasuredSettings } from '../llama-engine-settings.ts'
import { availableThreads } from './available-threads.ts'
import { measureDecoding } from './measure-decoding.ts'

/** No new candidate is begun after this long. */
const BUDGET_MS = 700
/** More threads must earn their keep: llama.cpp's spin, and hold up everything else on the machine. */
const WORTHWHILE_SPEED_UP = 1.15
/** Sequences that decode together in a measurement, beside one alone. */
const BATCHED_SEQUENCES = 4
/** A few steps tell no smaller difference, and flash attention is the better one for long prompts. */
const TELLING_SPEED_UP = 1.25

/**
 * In an empty cache the unified layout is as fast, at times faster; but there each prompt attends to all that the other
 * sequences have left. Nothing that is measured at load could show it.
 */
const BEST_LAYOUT: KvCacheLayout = 'per-sequence'

/** What is fixed already; null is to be measured. */
export type ChosenSettings = { readonly [Key in keyof MeasuredSettings]: MeasuredSettings[Key] | null }

/**
 * Chooses threads, then flash attention, by decoding a few steps with each, alone and with several sequences, until the
 * budget is spent. What is tried first does well on most machines, so that a large model, for which the budget does not
 * last, is served by that.
 */
export function measureSettings(
  library: LlamaLibrary,
  model: LlamaModel,
  base: Omit<ContextSettings, keyof MeasuredSettings>,
  chosen: ChosenSettings,
): MeasuredSettings {
  const deadlineMs = performance.now() + BUDGET_MS
  const speedOf = (measured: MeasuredSettings) => measureSpeed(library, model, { ...base, ...measured })
  const first = {
    threads: availableThreads(),
    kvCacheLayout: chosen.kvCacheLayout ?? BEST_LAYOUT,
    flashAttention: chosen.flashAttention ?? true,
  }
  const byThreads = threadCounts(chosen.threads).map((threads) => ({ ...first, threads }))
  // There and back again: what else runs for a moment must not decide about threads for as long as the engine lives.
  const thereAndBack = [...byThreads, ...byThreads.toReversed()]
  const fastest = pickFastest(thereAndBack, speedOf, deadlineMs, WORTHWHILE_SPEED_UP)
  if (chosen.flashAttention !== null) return fastest
  const byAttention = [fastest, { ...fastest, flashAttention: false }]
  return pickFastest(byAttention, speedOf, deadlineMs, TELLING_SPEED_UP)
}

/** Half of the processors first: all of them must be worth it. */
function threadCounts(chosen: number | null): number[] {
  if (chosen !== null) return [chosen]
  return [...new Set([Math.ceil(availableThreads() / 2), availableThreads()])]
}

/**
 * The first candidate, or a later one that is faster than the best before it by the given factor. One that comes twice
 * counts by its better time.
 */
function pickFastest<Candidate extends object>(
  candidates: readonly Candidate[],
  speedOf: (candidate: Candidate) => number,
  deadlineMs: number,
  factor: number,
): Candidate {
  const [first] = candidates
  if (first === undefined) throw new Error('there is nothing to choose from')
  if (new Set(candidates).size === 1) return first
  const speeds = new Map<Candidate, number>()
  for (const candidate of candidates) {
    if (speeds.size > 0 && performance.now() > deadlineMs) break
    speeds.set(candidate, Math.max(speedOf(candidate), speeds.get(candidate) ?? 0))
  }
  let best = { candidate: first, speed: speeds.get(first) ?? 0 }
  for (const [candidate, speed] of speeds) if (speed > best.speed * factor) best = { candidate, speed }
  return best.candidate
}

/** Tokens per millisecond: the geometric mean of one sequence alone and of several together. */
function measureSpeed(library: LlamaLibrary, model: LlamaModel, settings: ContextSettings): number {
  const { singleMs, batchedMs, sequences } = measureDecoding(library, model, settings, BATCHED_SEQUENCES)
  return Math.sqrt(sequences / singleMs / batchedMs)
}
