import { availableParallelism } from 'node:os'
import { LlamaContext } from '../decoding/llama-context.ts'
import type { ContextSettings } from '../llama-cpp/context-settings.ts'
import type { LlamaLibrary } from '../llama-cpp/llama-library.ts'
import type { LlamaModel } from '../llama-cpp/llama-model.ts'

/** A measurement ends after this time, or after enough steps; one step is always measured. */
const STEPS_MS = 40
const MAX_STEPS = 16
/** A small KV cache is enough for the steps, and quick to clear. */
const MEASURED_WINDOW_TOKENS = 256
/**
 * Added to a step that uses every processor: the operating system preempts one of its threads to run the server and its
 * clients, and all other threads wait for that one. The shortest step does not show it.
 */
const PREEMPTION_MS = 0.25

/** How long a step takes, in milliseconds. */
export interface DecodingTimes {
  /** With one sequence. */
  readonly singleMs: number
  /** With {@link sequences} of them. */
  readonly batchedMs: number
  readonly sequences: number
}

/**
 * Decodes a few steps in a small context.
 *
 * @param batched how many sequences to decode together, if the settings have that many
 */
export function measureDecoding(
  library: LlamaLibrary,
  model: LlamaModel,
  settings: ContextSettings,
  batched: number,
): DecodingTimes {
  const sequences = Math.min(batched, settings.maxSequences)
  const small = {
    ...settings,
    maxSequences: sequences,
    contextWindowTokens: MEASURED_WINDOW_TOKENS,
    kvCells: MEASURED_WINDOW_TOKENS,
  }
  const context = new LlamaContext(library, model, small)
  try {
    const preemptionMs = settings.threads < availableParallelism() ? 0 : PREEMPTION_MS
    const singleMs = shortestStepMs(context, 1) + preemptionMs
    const batchedMs = sequences > 1 ? shortestStepMs(context, sequences) + preemptionMs : singleMs
    return { singleMs, batchedMs, sequences }
  } finally {
    context.free()
  }
}

function shortestStepMs(context: LlamaContext, sequences: number): number {
  const step = (position: number) => {
    for (let sequence = 0; sequence < sequences; sequence++)
      context.addToBatch(sequence, position, position, true)
    context.decodeBatch()
  }
  // The first step builds the graph and touches the memory: its time says nothing about later ones.
  step(0)
  const startedMs = performance.now()
  let shortestMs = Number.POSITIVE_INFINITY
  for (let steps = 1; steps <= MAX_STEPS; steps++) {
    const stepStartedMs = performance.now()
    step(steps)
    const nowMs = performance.now()
    shortestMs = Math.min(shortestMs, nowMs - stepStartedMs)
    if (nowMs - startedMs > STEPS_MS) break
  }
  for (let sequence = 0; sequence < sequences; sequence++) context.clear(sequence)
  return shortestMs
}
