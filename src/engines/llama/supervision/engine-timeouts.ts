import { statSync } from 'node:fs'
import type { LlamaEngineSettings } from '../llama-engine-settings.ts'
import type { LoadedModel } from '../protocol/loaded-model.ts'

const RESPONSE_TIMEOUT_MS = 30_000
/** The longest step is an estimate, and other programs may use the processors. */
const LONGEST_STEPS = 10

const LOAD_TIMEOUT_MS = 600_000
/** The speed of a slow network disk: llama.cpp may read a file in one call without reporting progress. */
const LOADED_BYTES_PER_MS = 10_000

/** How long a loaded engine may not respond; 0: no limit. */
export function responseTimeoutMs(
  { responseTimeoutMs }: LlamaEngineSettings,
  { longestStepMs }: Pick<LoadedModel, 'longestStepMs'>,
): number {
  return responseTimeoutMs ?? Math.max(RESPONSE_TIMEOUT_MS, LONGEST_STEPS * longestStepMs)
}

/** How long a loading engine may make no progress; 0: no limit. */
export function loadTimeoutMs({ loadTimeoutMs, modelPath }: LlamaEngineSettings): number {
  if (loadTimeoutMs !== null) return loadTimeoutMs
  const bytes = statSync(modelPath, { throwIfNoEntry: false })?.size ?? 0
  return Math.max(LOAD_TIMEOUT_MS, bytes / LOADED_BYTES_PER_MS)
}
