import { Logins } from '../accounts/logins.ts'
import { Sessions } from '../accounts/sessions.ts'
import { usableWorkspaces } from '../accounts/usable-workspaces.ts'
import { hasUsers } from '../accounts/user.ts'
import type { Config, EngineConfig } from '../config/config.ts'
import type { ModelRoutes } from '../config/model-routes.ts'
import type { ConsoleApi } from '../http/routes/console/console-user-route.ts'
import type { EngineDirectory } from '../serving/engine-directory.ts'
import { engineControl } from './engine-control.ts'
import type { OpenEngine } from './open-engines.ts'
import type { Platform } from './open-platform.ts'
import { recordedEngines } from './recorded-engines.ts'
import type { StartedEngines } from './start-engines.ts'

/** The engines of a server, and those that are added. */
export interface ConsoleEngines {
  readonly routes: Pick<ModelRoutes, 'engineModels'>
  readonly directory: EngineDirectory<OpenEngine>
  readonly engines: Pick<StartedEngines, 'added'>
}

/** What the console is made of, besides the API. */
export function composeConsole(
  config: Pick<Config, 'organizationName' | 'sharedCache' | 'metrics' | 'engines'>,
  { organizationId, shared }: Pick<Platform, 'organizationId' | 'shared'>,
  { routes, directory, engines: { added } }: ConsoleEngines,
): ConsoleApi {
  const engines = engineControl(routes, directory, added)
  const recordings = () => recordedEngines(directory)
  const organization = { id: organizationId, name: config.organizationName }
  const hasState = shared !== null
  const features = {
    state: hasState,
    batches: hasState,
    files: hasState,
    skills: hasState,
    recordings: [...config.engines.values()].some(isRecorded),
    metrics: config.metrics.access !== 'off',
  }
  if (shared === null) {
    return {
      ...{ organization, features, engines, recordings },
      ...{ sessions: null, logins: null, prompts: null },
      workspacesOf: async () => [],
      loginWays: async () => ({ password: false, oidc: null, needsSetUp: false }),
    }
  }
  const { accounts } = shared
  const sessions = new Sessions(accounts, config)
  return {
    ...{ organization, features, engines, recordings },
    ...{ sessions, logins: new Logins(accounts, sessions), prompts: accounts },
    workspacesOf: (user) => usableWorkspaces(accounts, user),
    async loginWays() {
      const isSetUp = await hasUsers(accounts)
      return { password: isSetUp, oidc: null, needsSetUp: !isSetUp }
    },
  }
}

function isRecorded(engine: EngineConfig): boolean {
  return engine.kind === 'replay' || engine.recording !== undefined
}
