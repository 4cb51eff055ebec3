import type { Config } from '../config/config.ts'
import type { ModelRoutes } from '../config/model-routes.ts'
import { RequestMemory } from '../http/request-memory.ts'
import type { FilesApi } from '../http/routes/files/file-routes.ts'
import type { SkillsApi } from '../http/routes/skills/skill-route.ts'
import type { Log } from '../logging/create-logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { EngineDirectory } from '../serving/engine-directory.ts'
import { restoreConformanceSkill } from '../skills/restore-conformance-skills.ts'
import type { SharedAppOptions } from './batch-app.ts'
import type { Platform } from './open-platform.ts'

/** What the apps of a server are made of. */
interface SharedParts {
  readonly directory: EngineDirectory
  readonly routes: ModelRoutes
  readonly logger: Log
  readonly metrics: Pick<Metrics, 'completions'>
}

/** Skills are kept where files are. */
function skillsOf(files: FilesApi, { conformanceSkills }: Pick<Config, 'conformanceSkills'>): SkillsApi {
  return {
    ...files,
    async prepare() {
      for (const skill of conformanceSkills) await restoreConformanceSkill(files, skill)
    },
  }
}

/** Makes what the app of the port shares with that of batches: engines, settings, and one memory for requests. */
export function shareAppOptions(
  config: Config,
  {
    organizationId,
    signatureSecret,
    shared,
  }: Pick<Platform, 'organizationId' | 'signatureSecret' | 'shared'>,
  { directory, routes, logger, metrics }: SharedParts,
): SharedAppOptions {
  const { metrics: _, faults: __, ...settings } = config
  return {
    ...settings,
    ...{ organizationId, signatureSecret, logger },
    requestMemory: new RequestMemory(config.maxRequestMemoryBytes),
    engines: directory,
    catalog: routes.catalog,
    documentHosts: config.files.documentHosts,
    ...(shared === null
      ? {}
      : { storedFiles: shared.files.api, storedSkills: skillsOf(shared.files.api, config) }),
    ...(shared === null || config.skills === 'refuse' ? {} : { skillsInUse: shared.files.api }),
    tokenObserver: metrics.completions.tokenObserver.bind(metrics.completions),
  }
}
