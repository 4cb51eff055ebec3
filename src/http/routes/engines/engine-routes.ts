import { AccountError } from '../../../accounts/account-error.ts'
import { invalidRequest } from '../../../wire/body-schema.ts'
import { type EngineStatus, engineBody } from '../../../wire/engines/engine-body.ts'
import type { AdminRoute } from '../admin/admin-route.ts'

/** The engines of a server. */
export interface EngineControl {
  list(): readonly EngineStatus[]
  /** Begins to load the model of an engine that loads it when it is asked for. */
  load(name: string): void
  /** Unloads it. @returns whether it was idle; a busy one stays loaded */
  unload(name: string): Promise<boolean>
}

const ENGINES = '/continuo/engines'
const ENGINE = `${ENGINES}/:engineName`

/** Which models are loaded, and how busy they are. */
export function engineRoutes(control: EngineControl): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: ENGINES,
      action: 'use:models',
      respond: async () => ({ data: control.list().map(engineBody), next_page: null }),
    },
    {
      method: 'POST',
      pattern: `${ENGINE}/load`,
      action: 'write:engines',
      async respond({ params: { engineName = '' } }) {
        control.load(findOnDemand(control, engineName).name)
        return engineBody(find(control, engineName))
      },
    },
    {
      method: 'POST',
      pattern: `${ENGINE}/unload`,
      action: 'write:engines',
      async respond({ params: { engineName = '' } }) {
        const { name } = findOnDemand(control, engineName)
        if (!(await control.unload(name)))
          throw invalidRequest(
            `The model of ${name} is busy: it can be unloaded when its requests have ended.`,
          )
        return engineBody(find(control, name))
      },
    },
  ]
}

function find(control: EngineControl, name: string): EngineStatus {
  const engine = control.list().find((one) => one.name === name)
  if (engine === undefined) throw AccountError.notFound('Engine', name)
  return engine
}

function findOnDemand(control: EngineControl, name: string): EngineStatus {
  const engine = find(control, name)
  if (engine.isOnDemand) return engine
  throw invalidRequest(
    `The model of ${engine.name} stays loaded: only one with "onDemand": true (or of --models-folder) is loaded and unloaded.`,
  )
}
