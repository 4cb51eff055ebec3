import type { ModelRoutes } from '../config/model-routes.ts'
import { OnDemandEngine } from '../engines/llama/on-demand-engine.ts'
import type { EngineControl } from '../http/routes/engines/engine-routes.ts'
import type { EngineDirectory } from '../serving/engine-directory.ts'
import type { EngineStatus } from '../wire/engines/engine-body.ts'
import { generatingEngine, type OpenEngine } from './open-engines.ts'

/** What clients may know of the engines of a server, and do with them. */
export function engineControl(
  { engineModels }: Pick<ModelRoutes, 'engineModels'>,
  directory: EngineDirectory<OpenEngine>,
): EngineControl {
  function onDemandEngine(name: string): OnDemandEngine | null {
    const opened = directory.engines.get(name)
    const engine = opened === undefined ? null : generatingEngine(opened)
    return engine instanceof OnDemandEngine ? engine : null
  }
  return {
    list: () => [...engineModels].map(([name, modelId]) => statusOf(name, modelId, directory)),
    load(name) {
      // Whether it failed is in the log, and in its state.
      void onDemandEngine(name)
        ?.load(NEVER)
        .catch(() => undefined)
    },
    async unload(name) {
      const engine = onDemandEngine(name)
      if (engine?.isBusy === true) return false
      await engine?.unload()
      return true
    },
  }
}

const NEVER = new AbortController().signal

function statusOf(name: string, modelId: string, directory: EngineDirectory<OpenEngine>): EngineStatus {
  const opened = directory.engines.get(name)
  const engine = opened === undefined ? null : generatingEngine(opened)
  const onDemand = engine instanceof OnDemandEngine ? engine : null
  const isUnloaded = onDemand !== null && !onDemand.isLoaded
  const { contextWindowTokens = Number.POSITIVE_INFINITY } = opened ?? {}
  return {
    ...{ name, modelId, description: opened?.description ?? '' },
    state: isUnloaded ? (onDemand.isLoading ? 'loading' : 'unloaded') : directory.readinessOf(name),
    isOnDemand: onDemand !== null,
    contextWindowTokens: Number.isFinite(contextWindowTokens) ? contextWindowTokens : null,
    sequenceLoad: engine !== null && 'sequenceLoad' in engine && !isUnloaded ? engine.sequenceLoad : null,
    details: engine !== null && 'details' in engine ? engine.details : [],
  }
}
