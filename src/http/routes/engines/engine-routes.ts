import { AccountError } from '../../../accounts/account-error.ts'
import { readFlag } from '../../../wire/admin/read-query.ts'
import { invalidRequest } from '../../../wire/body-schema.ts'
import { type EngineStatus, engineBody } from '../../../wire/engines/engine-body.ts'
import { parseAddedModel } from '../../../wire/engines/engine-params.ts'
import type { AdminRoute } from '../admin/admin-route.ts'

/** The engines of a server. */
export interface EngineControl {
  list(): readonly EngineStatus[]
  /** Begins to load the model of an engine that loads it when it is asked for. */
  load(name: string): void
  /** Unloads it. @returns whether it was idle; a busy one stays loaded, unless that is forced */
  unload(name: string, options: { readonly isForced: boolean }): Promise<boolean>
  /**
   * Adds a model by its path or name, which may have to be downloaded.
   *
   * @returns the name of its engine
   * @throws CompletionError `invalid-request` that says why it cannot be added
   */
  add(model: string): Promise<string>
  /** Cancels the download of a model that is being added, or forgets that it failed. @returns whether there was one */
  dismiss(name: string): boolean
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
      pattern: ENGINES,
      action: 'write:engines',
      respond: async ({ readBody }) =>
        engineBody(find(control, await control.add(parseAddedModel(await readBody())))),
    },
    {
      method: 'DELETE',
      pattern: ENGINE,
      action: 'write:engines',
      async respond({ params: { engineName = '' } }) {
        const { name } = find(control, engineName)
        if (!control.dismiss(name))
          throw invalidRequest(
            `${name} stays: only a model that is being downloaded, or could not be, is taken away.`,
          )
        return { type: 'engine_deleted', name }
      },
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
      async respond({ params: { engineName = '' }, query }) {
        const { name } = findOnDemand(control, engineName)
        const isForced = readFlag(query, 'force')
        if (!(await control.unload(name, { isForced })))
          throw invalidRequest(
            `The model of ${name} is busy: it can be unloaded when its requests have ended, or at once with force=true.`,
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
