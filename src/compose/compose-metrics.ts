import { DeclaredKeys } from '../accounts/declared-keys.ts'
import type { KnownKeys } from '../accounts/known-keys.ts'
import type { Config } from '../config/config.ts'
import type { ModelRoutes } from '../config/model-routes.ts'
import type { MetricsEndpoint } from '../http/routes/metrics-route.ts'
import type { EngineState } from '../metrics/engine-metrics.ts'
import { Metrics } from '../metrics/metrics.ts'
import type { EngineDirectory } from '../serving/engine-directory.ts'
import { packageVersion } from '../util/package-version.ts'
import { standardError } from '../util/standard-output.ts'
import { generatingEngine, type OpenEngine } from './open-engines.ts'

/** The metrics of a server and its engines. */
export function composeMetrics(routes: ModelRoutes, directory: EngineDirectory<OpenEngine>): Metrics {
  const { catalog } = routes
  return new Metrics({
    version: packageVersion(),
    engines: [...routes.engineModels.keys()],
    droppedLogLines: () => standardError().droppedLines,
    engineStates: () => [...routes.engineModels.keys()].map((name) => engineState(name, directory)),
    labelsOf: (modelId) => ({
      engine: routes.engineNameFor(modelId),
      // Programs in this process may ask for what is in no catalogue.
      model: catalog.has(modelId) ? catalog.resolve(modelId) : 'other',
    }),
  })
}

function engineState(name: string, directory: EngineDirectory<OpenEngine>): EngineState {
  const opened = directory.engines.get(name)
  const engine = opened === undefined ? null : generatingEngine(opened)
  const isReady = directory.readinessOf(name) === 'ready'
  if (engine === null) return { engine: name, isReady }
  if ('replicas' in engine) return { engine: name, isReady, replicas: engine.replicas }
  const { processId, sequenceLoad } = engine
  return { engine: name, isReady, processId, sequenceLoad }
}

/** Who may read the metrics: null if no one may. */
export function metricsEndpoint(config: Config, metrics: Metrics, keys: KnownKeys): MetricsEndpoint | null {
  const { access, apiKeys, allowedHosts } = config.metrics
  if (access === 'off') return null
  const { contentType } = metrics
  const ownKeys = apiKeys.length > 0 ? new DeclaredKeys({ apiKeys, sharedCache: true }) : null
  const isOpen = access === 'open' || (ownKeys === null && config.access === 'open')
  return {
    contentType,
    render: () => metrics.render(),
    keys: isOpen ? null : (ownKeys ?? keys),
    allowedHosts,
  }
}
