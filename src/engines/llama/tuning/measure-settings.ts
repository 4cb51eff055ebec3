import { availableParallelism } from 'node:os'
import type { ContextSettings } from '../llama-cpp/context-settings.ts'
import type { LlamaLibrary } from '../llama-cpp/llama-library.ts'
import type { LlamaModel } from '../llama-cpp/llama-model.ts'
import type { KvCacheLayout, MeasuredSettings } from '../settings.ts'
import { measureDecoding } from './measure-decoding.ts'

/** More threads only made small batches slower on every machine that was tried. */
const MAX_THREADS = 32
/** No candidate is started after this time. */
const BUDGET_MS = 700
/** How much faster more threads must be: llama.cpp's threads spin, and delay everything else on the machine. */
const WORTHWHILE_SPEED_UP = 1.15
/** How many sequences are decoded together, beside a single one. */
const BATCHED_SEQUENCES = 4
/** A few steps show no smaller difference, and flash attention is better for long prompts. */
const MEASURABLE_SPEED_UP = 1.25

/**
 * With an empty KV cache the unified layout is as fast, at times faster, but with a full one each prompt attends to the
 * cells of all other sequences. No measurement at load could show that.
 */
const BEST_LAYOUT: KvCacheLayout = 'per-sequence'

/** Settings that are given; `auto` is to be measured. */
export type ChosenSettings = { readonly [Key in keyof MeasuredSettings]: MeasuredSettings[Key] | 'auto' }

/**
 * Chooses threads, then flash attention, by decoding a few steps with each, with one and with several sequences, until the
 * time budget is spent. The first candidate does well on most machines: a large model, whose steps exceed the budget,
 * gets that one.
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
    kvCache: chosen.kvCache === 'auto' ? BEST_LAYOUT : chosen.kvCache,
    flashAttention: chosen.flashAttention === 'auto' || chosen.flashAttention,
  }
  const byThreads = threadCounts(chosen.threads).map((threads) => ({ ...first, threads }))
  // Each candidate twice, in both orders: what runs on the machine at one moment must not decide for the engine's life.
  const inBothOrders = [...byThreads, ...byThreads.toReversed()]
  const fastest = pickFastest(inBothOrders, speedOf, deadlineMs, WORTHWHILE_SPEED_UP)
  if (chosen.flashAttention !== 'auto') return fastest
  const byAttention = [fastest, { ...fastest, flashAttention: false }]
  return pickFastest(byAttention, speedOf, deadlineMs, MEASURABLE_SPEED_UP)
}

/** Half of the processors first: all of them are chosen only if that pays. */
function threadCounts(chosen: number | 'auto'): number[] {
  if (chosen !== 'auto') return [chosen]
  return [...new Set([Math.ceil(availableThreads() / 2), availableThreads()])]
}

/**
 * The first candidate, or a later one that is faster than the best before it by the given factor. A candidate that comes
 * twice is judged by its better time.
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

/** Tokens per millisecond: the geometric mean of one sequence and of several together. */
function measureSpeed(library: LlamaLibrary, model: LlamaModel, settings: ContextSettings): number {
  const { singleMs, batchedMs, sequences } = measureDecoding(library, model, settings, BATCHED_SEQUENCES)
  return Math.sqrt(sequences / singleMs / batchedMs)
}

/** The most threads that an engine uses. */
export function availableThreads(): number {
  return Math.min(availableParallelism(), MAX_THREADS)
}
