import type { ModelRoutes } from '../config/model-routes.ts'
import type { LlamaEngine } from '../engines/llama/llama-engine.ts'
import { OnDemandEngine } from '../engines/llama/on-demand-engine.ts'
import type { EngineControl } from '../http/routes/engines/engine-routes.ts'
import type { EngineDirectory } from '../serving/engine-directory.ts'
import type { EngineStatus, LoadedModelFacts } from '../wire/engines/engine-body.ts'
import type { AddedModels, PendingModel } from './added-models.ts'
import { type GeneratingEngine, generatingEngine, type OpenEngine } from './open-engines.ts'

/** What clients may know of the engines of a server, and do with them. */
export function engineControl(
  routes: Pick<ModelRoutes, 'engineModels'>,
  directory: EngineDirectory<OpenEngine>,
  added: AddedModels,
): EngineControl {
  function onDemandEngine(name: string): OnDemandEngine | null {
    const opened = directory.engines.get(name)
    const engine = opened === undefined ? null : generatingEngine(opened)
    return engine instanceof OnDemandEngine ? engine : null
  }
  return {
    list: () => [
      ...[...routes.engineModels].map(([name, modelId]) => ({
        ...statusOf(name, modelId, directory),
        isAdded: added.has(name),
      })),
      ...added.pending.map(pendingStatus),
    ],
    add: (model) => added.add(model),
    dismiss: (name) => added.dismiss(name),
    load(name) {
      // Whether it failed is in the log, and in its state.
      void onDemandEngine(name)
        ?.load(NEVER)
        .catch(() => undefined)
    },
    async unload(name, { isForced }) {
      const engine = onDemandEngine(name)
      if (engine?.isBusy === true && !isForced) return false
      await engine?.unload()
      return true
    },
  }
}

const NEVER = new AbortController().signal

function statusOf(
  name: string,
  modelId: string,
  directory: EngineDirectory<OpenEngine>,
): Omit<EngineStatus, 'isAdded'> {
  const opened = directory.engines.get(name)
  const engine = opened === undefined ? null : generatingEngine(opened)
  const onDemand = engine instanceof OnDemandEngine ? engine : null
  const isUnloaded = onDemand !== null && !onDemand.isLoaded
  const { contextWindowTokens = Number.POSITIVE_INFINITY } = opened ?? {}
  const local = localEngine(engine)
  return {
    ...{ name, modelId, description: opened?.description ?? '' },
    state: isUnloaded ? (onDemand.isLoading ? 'loading' : 'unloaded') : directory.readinessOf(name),
    isOnDemand: onDemand !== null,
    contextWindowTokens: Number.isFinite(contextWindowTokens) ? contextWindowTokens : null,
    sequenceLoad: engine !== null && 'sequenceLoad' in engine && !isUnloaded ? engine.sequenceLoad : null,
    requestsInFlight: engine !== null && 'replicas' in engine ? inFlight(engine.replicas) : null,
    model: local === null ? null : factsOf(local),
    loadedAtMs: local?.loadedAtMs ?? null,
    download: null,
    details: local?.details ?? [],
  }
}

/** The engine in a process of this machine, once it is loaded. */
function localEngine(engine: GeneratingEngine | null): LlamaEngine | null {
  if (engine instanceof OnDemandEngine) return engine.loadedEngine
  return engine === null || 'replicas' in engine ? null : engine
}

function factsOf({ model }: LlamaEngine): LoadedModelFacts {
  const { trainedContextTokens, parameters, quantization, fileBytes, memoryBytes, maxMemoryBytes } = model
  const { threads } = model.settings
  return {
    ...{ trainedContextTokens, parameters, quantization, fileBytes, memoryBytes, maxMemoryBytes, threads },
  }
}

function inFlight(replicas: readonly { readonly requestsInFlight: number }[]): number {
  return replicas.reduce((sum, { requestsInFlight }) => sum + requestsInFlight, 0)
}

/** A model that is being downloaded is an engine that is not there yet. */
function pendingStatus({ name, progress, error }: PendingModel): EngineStatus {
  return {
    ...{ name, modelId: name, description: '', isOnDemand: true, isAdded: true, details: [] },
    state: error === null ? 'downloading' : 'failed',
    ...{ contextWindowTokens: null, sequenceLoad: null, requestsInFlight: null, model: null },
    loadedAtMs: null,
    download: { ...progress, error },
  }
}
