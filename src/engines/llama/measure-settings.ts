import { availableParallelism } from 'node:os'
import type { ContextSettings, KvCacheLayout, MeasuredSettings } from './context-settings.ts'
import { LlamaContext } from './llama-context.ts'
import type { LlamaLibrary } from './llama-library.ts'
import type { LlamaModel } from './llama-model.ts'

/** No new candidate is begun after this long. */
const BUDGET_MS = 700
/** One candidate's steps end after this long, or after enough of them; one step is always measured. */
const CANDIDATE_MS = 60
const MAX_STEPS = 16
/** Sequences that decode together in a measurement, beside one alone. */
const TOGETHER = 4
/** A measurement needs no more cells than its steps; a full KV cache would only take time to clear. */
const MEASURED_WINDOW_TOKENS = 256
/** Beyond this many threads small batches only get slower on every machine that was tried. */
const MAX_THREADS = 32
/** More threads must earn their keep: llama.cpp's spin, and hold up everything else on the machine. */
const WORTHWHILE_SPEED_UP = 1.15
/**
 * Where every processor evaluates, the server and its clients get theirs in between, and all threads wait for the one that
 * was interrupted. That much of a step is counted on top.
 */
const INTERRUPTION_MS = 0.25

/** A few steps tell no smaller difference between layouts; what is tried first is best more often than not. */
const TELLING_SPEED_UP = 1.1

/** What is fixed already; null is to be measured. */
export type ChosenSettings = { readonly [Key in keyof MeasuredSettings]: MeasuredSettings[Key] | null }

/**
 * Chooses threads, then KV cache layout and flash attention, by decoding a few steps with each, alone and with several
 * sequences, until the budget is spent. What is tried first does well on most machines, so that a large model, for
 * which the budget does not last, is served by that.
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
    threads: processors(),
    kvCacheLayout: chosen.kvCacheLayout ?? 'per-sequence',
    flashAttention: chosen.flashAttention ?? true,
  }
  const byThreads = threadCounts(chosen.threads).map((threads) => ({ ...first, threads }))
  const fastest = pickFastest(byThreads, speedOf, deadlineMs, WORTHWHILE_SPEED_UP)
  const byLayout = layouts(chosen).map((layout) => ({ ...fastest, ...layout }))
  return pickFastest(byLayout, speedOf, deadlineMs, TELLING_SPEED_UP)
}

function processors(): number {
  return Math.min(availableParallelism(), MAX_THREADS)
}

/** Half of the processors first: all of them must be worth it. */
function threadCounts(chosen: number | null): number[] {
  if (chosen !== null) return [chosen]
  return [...new Set([Math.ceil(processors() / 2), processors()])]
}

function layouts(chosen: ChosenSettings): Pick<MeasuredSettings, 'kvCacheLayout' | 'flashAttention'>[] {
  const kvCacheLayouts: readonly KvCacheLayout[] = chosen.kvCacheLayout
    ? [chosen.kvCacheLayout]
    : ['per-sequence', 'unified']
  const flashAttentions = chosen.flashAttention === null ? [true, false] : [chosen.flashAttention]
  return flashAttentions.flatMap((flashAttention) =>
    kvCacheLayouts.map((kvCacheLayout) => ({ kvCacheLayout, flashAttention })),
  )
}

/** The first candidate, or a later one that is faster than the best before it by the given factor. */
function pickFastest<Candidate>(
  candidates: readonly Candidate[],
  speedOf: (candidate: Candidate) => number,
  deadlineMs: number,
  factor: number,
): Candidate {
  let [best] = candidates
  if (best === undefined) throw new Error('there is nothing to choose from')
  if (candidates.length === 1) return best
  let bestSpeed = speedOf(best)
  for (const candidate of candidates.slice(1)) {
    if (performance.now() > deadlineMs) break
    const speed = speedOf(candidate)
    if (speed <= bestSpeed * factor) continue
    best = candidate
    bestSpeed = speed
  }
  return best
}

/** Tokens per millisecond: the geometric mean of one sequence alone and of several together. */
function measureSpeed(library: LlamaLibrary, model: LlamaModel, settings: ContextSettings): number {
  const maxSequences = Math.min(TOGETHER, settings.maxSequences)
  const small = { ...settings, maxSequences, contextWindowTokens: MEASURED_WINDOW_TOKENS }
  const context = new LlamaContext(library, model, small)
  try {
    const interruptionMs = settings.threads < availableParallelism() ? 0 : INTERRUPTION_MS
    const alone = 1 / (decodeMs(context, 1) + interruptionMs)
    const together = maxSequences / (decodeMs(context, maxSequences) + interruptionMs)
    return Math.sqrt(alone * together)
  } finally {
    context.free()
  }
}

/** What a step takes. */
function decodeMs(context: LlamaContext, sequences: number): number {
  const step = (position: number) => {
    for (let sequence = 0; sequence < sequences; sequence++)
      context.addToBatch(sequence, position, position, true)
    context.decodeBatch()
  }
  // The first step makes the graph and touches the memory; it says nothing about the next.
  step(0)
  const startedMs = performance.now()
  let steps = 0
  do step(++steps)
  while (steps < MAX_STEPS && performance.now() - startedMs < CANDIDATE_MS)
  const elapsedMs = performance.now() - startedMs
  for (let sequence = 0; sequence < sequences; sequence++) context.clear(sequence)
  return elapsedMs / steps
}
