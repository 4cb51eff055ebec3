import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LLAMA_SETTINGS_SCHEMA, type LlamaSection } from '../engines/llama/settings.ts'
import { ModelReferenceError, parseModelReference } from '../model-files/model-reference.ts'
import type { EngineConfig, LlamaEngineConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { type ConfigOverrides, givenEngineSettings } from './config-overrides.ts'
import type { ConfigFile, EngineSection } from './config-schema.ts'
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
  const defaultEngine = chooseDefaultEngine(file)
  const given = givenEngineSettings(overrides)
  const sections = { [defaultEngine]: LLAMA_SETTINGS_SCHEMA.parse({}), ...file.engines }
  const engines = new Map<string, EngineConfig>()
  for (const [name, section] of Object.entries(sections)) {
    const own = name === defaultEngine ? given : {}
    if (isLlama(section)) engines.set(name, resolveLlama(section, folder, own))
    else {
      refuseOverrides(name, own)
      engines.set(name, resolveUpstream(name, section, environment))
    }
  }
  return { engines, defaultEngine }
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

function isLlama(section: EngineSection): section is LlamaSection {
  return section.kind === undefined || section.kind === 'llama'
}

function resolveLlama(
  section: LlamaSection,
  folder: string,
  given: Partial<LlamaSection>,
): LlamaEngineConfig {
  const fromFile = section.model === undefined ? SHIPPED_MODEL_PATH : modelPath(section.model, folder)
  const model = given.model === undefined ? fromFile : modelPath(given.model, '.')
  return { type: 'llama', settings: { ...section, ...given, model } }
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

function refuseOverrides(engine: string, given: Partial<LlamaSection>): void {
  const [setting] = Object.keys(given)
  if (setting === undefined) return
  throw new ConfigError(
    `${setting} is a setting for a model in this process, but the default engine "${engine}" is on another server.`,
  )
}
