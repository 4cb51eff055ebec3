import { statSync } from 'node:fs'
import { AUTO_VALUES } from '../auto-values.ts'
import type { LoadedModel } from '../protocol/loaded-model.ts'
import type { LlamaEngineSettings } from '../settings.ts'

/** The longest step is an estimate, and other programs may use the processors. */
const LONGEST_STEPS = 10

/** The speed of a slow network disk: llama.cpp may read a file in one call without reporting progress. */
const LOADED_BYTES_PER_MS = 10_000

/** How long a loaded engine may not respond; 0: no limit. */
export function responseTimeoutMs(
  { responseTimeoutMs }: LlamaEngineSettings,
  { longestStepMs }: Pick<LoadedModel, 'longestStepMs'>,
): number {
  if (responseTimeoutMs !== 'auto') return responseTimeoutMs
  return Math.max(AUTO_VALUES.responseTimeoutMs, LONGEST_STEPS * longestStepMs)
}

/** How long a loading engine may make no progress; 0: no limit. */
export function loadTimeoutMs({ loadTimeoutMs, model }: LlamaEngineSettings): number {
  if (loadTimeoutMs !== 'auto') return loadTimeoutMs
  const bytes = statSync(model, { throwIfNoEntry: false })?.size ?? 0
  return Math.max(AUTO_VALUES.loadTimeoutMs, bytes / LOADED_BYTES_PER_MS)
}
