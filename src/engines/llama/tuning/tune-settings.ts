import { realpathSync, statSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from '../../../util/cache-folder.ts'
import type { ContextSettings } from '../llama-cpp/context-settings.ts'
import type { LlamaLibrary } from '../llama-cpp/llama-library.ts'
import type { LlamaModel } from '../llama-cpp/llama-model.ts'
import { LLAMA_VERSION } from '../llama-cpp/llama-structs.ts'
import type { LlamaEngineSettings, MeasuredSettings } from '../settings.ts'
import { keptOrMeasured } from './kept-or-measured.ts'
import { type ChosenSettings, measureSettings } from './measure-settings.ts'
import { measureWideBatches } from './measure-wide-batches.ts'
import { SettingsMemory, type TunedSettings } from './settings-memory.ts'

/** Raised when what is measured changes its meaning. */
const FORMAT = 1

/** What settings are measured with. */
export interface TuningOptions {
  readonly library: LlamaLibrary
  readonly model: LlamaModel
  readonly settings: LlamaEngineSettings
  readonly base: Omit<ContextSettings, keyof MeasuredSettings>
  readonly chosen: ChosenSettings
  /** Called before something is measured. */
  readonly onMeasure: () => void
}

/** The best settings for a model on this machine, kept by an earlier start or measured now. */
export function tuneSettings(options: TuningOptions): TunedSettings {
  const folder = cacheFolder(process.env)
  return keptOrMeasured({
    memory: new SettingsMemory(folder === null ? null : join(folder, 'measured-settings')),
    key: tuningKey(options),
    again: options.settings.measureAgain,
    measure: () => {
      options.onMeasure()
      return measureAll(options)
    },
  })
}

function measureAll({ library, model, base, chosen }: TuningOptions): TunedSettings {
  const measured = measureSettings(library, model, base, chosen)
  return { ...measured, wideBatchTokens: measureWideBatches(library, model, { ...base, ...measured }) }
}

/** Everything that the best settings depend on. */
function tuningKey({ library, model, settings, base, chosen }: TuningOptions): readonly unknown[] {
  const { size, mtimeMs } = statSync(settings.model)
  const { threads, kvCache, flashAttention } = chosen
  return [
    FORMAT,
    ...[library.buildName, LLAMA_VERSION],
    ...[cpus()[0]?.model ?? null, availableParallelism()],
    ...[realpathSync(settings.model), size, mtimeMs, model.sizeBytes],
    ...[settings.gpuLayers, settings.loraAdapters],
    ...[threads, kvCache, flashAttention],
    ...[base.maxSequences, base.kvCacheType, base.wideBatchThreads, base.reproducible],
  ]
}
