import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LLAMA_SETTINGS_SCHEMA, type LlamaSection } from '../engines/llama/settings.ts'
import { modelNameOf } from '../model-files/model-parts.ts'
import { ModelReferenceError, parseModelReference } from '../model-files/model-reference.ts'
import type { RecordingSettings } from '../recordings/settings.ts'
import type { EngineConfig, LlamaEngineConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { type ConfigOverrides, givenEngineSettings } from './config-overrides.ts'
import type { ConfigFile, EngineSection } from './config-schema.ts'
import { folderEngines } from './folder-engines.ts'
import { resolveRecording, resolveReplay } from './resolve-recording.ts'
import { type Environment, resolveUpstream } from './resolve-upstream.ts'

/** The model that comes with the package. */
export const SHIPPED_MODEL_PATH = fileURLToPath(new URL('../../models/continuo-demo.gguf', import.meta.url))

const DEFAULT_ENGINE = 'default'

/** Engines come from the file, the default one also from overrides. */
export interface EngineSources {
  readonly file: ConfigFile
  /** Where relative paths of the file start. */
  readonly folder: string
  readonly overrides: ConfigOverrides
  readonly environment: Environment
}

/**
 * Completes the engines of the file, and adds the default engine if the file has none.
 *
 * @throws ConfigError when a setting is wrong, or overrides do not suit the default engine
 */
export function resolveEngines({ file, folder, overrides, environment }: EngineSources) {
  const given = givenEngineSettings(overrides)
  const inFolder = folderEngines(file, folder, overrides)
  const [firstInFolder] = inFolder.keys()
  // The demonstration model does not stand for the models of a folder.
  const isAlone = Object.keys(file.engines).length === 0 && given.model === undefined
  const defaultEngine = isAlone && firstInFolder !== undefined ? firstInFolder : chooseDefaultEngine(file)
  const sections = inFolder.has(defaultEngine)
    ? file.engines
    : { [defaultEngine]: LLAMA_SETTINGS_SCHEMA.parse({}), ...file.engines }
  const engines = new Map<string, EngineConfig>(inFolder)
  for (const [name, section] of Object.entries(sections)) {
    const isDefault = name === defaultEngine
    const recording = isDefault ? overrides.recording : undefined
    const sources = { folder, environment, given: recording }
    engines.set(name, resolveEngine(name, section, isDefault ? given : {}, sources))
  }
  return { engines, defaultEngine }
}

function resolveEngine(
  name: string,
  section: EngineSection,
  given: Partial<LlamaSection>,
  sources: Pick<EngineSources, 'folder' | 'environment'> & {
    readonly given: ConfigOverrides['recording']
  },
): EngineConfig {
  const { folder, environment } = sources
  if (isReplay(section)) {
    refuseOverrides(name, given, 'plays recordings')
    return resolveReplay({ ...section, ...replayPart(sources.given) }, folder)
  }
  const { recording: recorded, ...own } = section
  const recording = resolveRecording(recorded, sources)
  if (recording?.mode === 'replay') {
    // Neither its file nor its key is needed.
    return { kind: 'replay', settings: { ...recording.settings, model: recordedModel(own, given) } }
  }
  if (!isLlama(own)) refuseOverrides(name, given, 'is on another server')
  const engine = isLlama(own) ? resolveLlama(own, folder, given) : resolveUpstream(name, own, environment)
  return recording === null ? engine : { ...engine, recording: { ...recording, mode: recording.mode } }
}

/** The id by which clients know the model of an engine that is not opened. */
function recordedModel(
  own: Exclude<EngineSection, { kind: 'replay' }>,
  given: Partial<LlamaSection>,
): string {
  if (!isLlama(own)) return own.model
  const { model, servedModelName } = { ...own, ...given }
  return servedModelName ?? modelNameOf(model ?? SHIPPED_MODEL_PATH)
}

/** What a program sets for recordings, as far as it concerns playing them. */
function replayPart(given: ConfigOverrides['recording'] = {}): Partial<RecordingSettings> {
  const { mode: _, folder, ...settings } = given
  return folder === undefined ? settings : { ...settings, folder: resolve(folder) }
}

function chooseDefaultEngine({ engines, defaultEngine }: ConfigFile): string {
  const names = Object.keys(engines)
  if (defaultEngine !== undefined) {
    if (names.includes(defaultEngine)) return defaultEngine
    throw new ConfigError(
      `defaultEngine is "${defaultEngine}", but engines has only: ${names.join(', ') || 'none'}.`,
    )
  }
  const [first, ...others] = names
  if (first === undefined || names.includes(DEFAULT_ENGINE)) return DEFAULT_ENGINE
  if (others.length === 0) return first
  throw new ConfigError(
    `There are ${names.length} engines: name one of them as defaultEngine (${names.join(', ')}).`,
  )
}

function isReplay(section: EngineSection): section is Extract<EngineSection, { kind: 'replay' }> {
  return section.kind === 'replay'
}

function isLlama<Section extends { readonly kind?: string | undefined }>(
  section: Section,
): section is Extract<Section, { readonly kind?: 'llama' | undefined }> {
  return section.kind === undefined || section.kind === 'llama'
}

function resolveLlama(
  section: LlamaSection,
  folder: string,
  given: Partial<LlamaSection>,
): LlamaEngineConfig {
  const fromFile = section.model === undefined ? SHIPPED_MODEL_PATH : modelPath(section.model, folder)
  const model = given.model === undefined ? fromFile : modelPath(given.model, '.')
  const loraAdapters =
    given.loraAdapters?.map((path) => resolve(path)) ?? resolveAll(section.loraAdapters, folder)
  const drafts = draftModelPath(section, folder, given)
  return { kind: 'llama', settings: { ...section, ...given, ...drafts, model, loraAdapters } }
}

function draftModelPath(
  section: LlamaSection,
  folder: string,
  given: Partial<LlamaSection>,
): Pick<LlamaSection, 'draftModel'> {
  if (given.draftModel !== undefined) return { draftModel: modelPath(given.draftModel, '.') }
  return section.draftModel === undefined ? {} : { draftModel: modelPath(section.draftModel, folder) }
}

function resolveAll(paths: readonly string[], folder: string): string[] {
  return paths.map((path) => resolve(folder, path))
}

/**
 * An absolute path, or the name of a model.
 *
 * @throws ConfigError for a reference that is malformed
 */
function modelPath(model: string, folder: string): string {
  try {
    const { kind } = parseModelReference(model)
    const path = resolve(folder, model)
    const isName = kind !== 'file' || (!/[\\/]|\.gguf$/i.test(model) && !existsSync(path))
    return isName ? model : path
  } catch (error) {
    if (error instanceof ModelReferenceError) throw new ConfigError(error.message)
    throw error
  }
}

function refuseOverrides(engine: string, given: Partial<LlamaSection>, reason: string): void {
  const [setting] = Object.keys(given)
  if (setting === undefined) return
  throw new ConfigError(
    `${setting} is a setting for a model in this process, but the default engine "${engine}" ${reason}.`,
  )
}
