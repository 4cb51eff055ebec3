import { type ProcessorTimes, processorTimes, wasBusy } from './other-load.ts'
import type { SettingsMemory, TunedSettings } from './settings-memory.ts'

/** Where settings are kept, and how they are measured. */
export interface Measurement {
  readonly memory: SettingsMemory
  /** Everything that the settings depend on. */
  readonly key: readonly unknown[]
  /** Whether to measure although settings are kept. */
  readonly again: boolean
  readonly measure: () => TunedSettings
  readonly times?: () => ProcessorTimes
}

/**
 * The settings that an earlier start has kept, else those that are measured now. What is measured while other programs use the
 * processors is not kept.
 */
export function keptOrMeasured({
  memory,
  key,
  again,
  measure,
  times = processorTimes,
}: Measurement): TunedSettings {
  const kept = again ? null : memory.read(key)
  if (kept !== null) return kept
  const from = times()
  const measured = measure()
  if (!wasBusy(from, times())) memory.write(key, measured)
  return measured
}
