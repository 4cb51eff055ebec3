import { statSync } from 'node:fs'
import type { LlamaEngineSettings } from '../llama-engine-settings.ts'
import type { LoadedModel } from '../protocol/loaded-model.ts'

const RESPONSE_TIMEOUT_MS = 30_000
/** The longest step is an estimate, and other programs may take the processors. */
const LONGEST_STEPS = 10

const LOAD_TIMEOUT_MS = 600_000
/** A slow network disk: a model's file may be read in one call of llama.cpp that tells nothing meanwhile. */
const LOADED_BYTES_PER_MS = 10_000

/** How long a loaded engine may be silent; 0: for ever. */
export function responseTimeoutMs(
  { responseTimeoutMs }: LlamaEngineSettings,
  { longestStepMs }: Pick<LoadedModel, 'longestStepMs'>,
): number {
  return responseTimeoutMs ?? Math.max(RESPONSE_TIMEOUT_MS, LONGEST_STEPS * longestStepMs)
}

/** How long a loading engine may be silent; 0: for ever. */
export function loadTimeoutMs({ loadTimeoutMs, modelPath }: LlamaEngineSettings): number {
  if (loadTimeoutMs !== null) return loadTimeoutMs
  const bytes = statSync(modelPath, { throwIfNoEntry: false })?.size ?? 0
  return Math.max(LOAD_TIMEOUT_MS, bytes / LOADED_BYTES_PER_MS)
}
