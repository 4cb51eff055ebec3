import { modelNameOf } from '../model-files/model-parts.ts'
import { type ConfiguredModelId, ModelCatalog } from '../models/model-catalog.ts'
import type { Config, EngineConfig } from './config.ts'

/** In `models`, every id that is not known. */
const ANY_MODEL = '*'

/** Maps model ids to the engines of a configuration. */
export class ModelRoutes {
  readonly catalog: ModelCatalog
  /** A model id that maps to the default engine. */
  readonly defaultModelId: string
  /** The id under which each engine knows its model, by the engine's name. */
  get engineModels(): ReadonlyMap<string, string> {
    return this.#engineModels
  }

  readonly #engineModels: Map<string, string>
  readonly #defaultEngine: string
  /** By resolved id. Ids that are not here map to the default engine. */
  readonly #engines = new Map<string, string>()

  constructor(config: Config) {
    const other = config.models.get(ANY_MODEL)
    const otherEngine = other === undefined ? undefined : config.engines.get(other.engine)
    this.catalog = new ModelCatalog({
      configuredModelIds: configuredModelIds(config),
      otherModelId: otherEngine === undefined ? undefined : ownModelId(otherEngine),
      listsOnlyOwn: config.listOnlyOwnModels,
    })
    this.#defaultEngine = config.defaultEngine
    this.#engineModels = new Map([...config.engines].map(([name, engine]) => [name, ownModelId(engine)]))
    for (const [name, engine] of config.engines)
      this.#engines.set(this.catalog.resolve(ownModelId(engine)), name)
    for (const [id, { engine }] of config.models)
      if (id !== ANY_MODEL) this.#engines.set(this.catalog.resolve(id), engine)
    const own = [...this.#engines].find(([, engine]) => engine === config.defaultEngine)
    this.defaultModelId = own?.[0] ?? ''
  }

  /** Whether there is no engine and no model of this name. */
  canAdd(name: string): boolean {
    return !this.#engineModels.has(name) && !this.catalog.isTaken(name)
  }

  /** Adds an engine whose model has the same name. */
  add(name: string): void {
    this.catalog.add(name)
    this.#engineModels.set(name, name)
    this.#engines.set(name, name)
  }

  /** @param modelId as the catalog resolved it */
  engineNameFor(modelId: string): string {
    return this.#engines.get(modelId) ?? this.#defaultEngine
  }
}

/** Every engine is also known by its own model: the name of its file, or the model id of its upstream. */
function configuredModelIds(config: Config): ConfiguredModelId[] {
  const ids: ConfiguredModelId[] = [...config.engines.values()].map((engine) => ({ id: ownModelId(engine) }))
  for (const [id, { displayName }] of config.models)
    if (id !== ANY_MODEL) ids.push(displayName === undefined ? { id } : { id, displayName })
  return ids
}

function ownModelId(engine: EngineConfig): string {
  if (engine.kind !== 'llama') return engine.settings.model
  return engine.settings.servedModelName ?? modelNameOf(engine.settings.model)
}
