import { Command } from 'commander'
import { ModelRoutes } from '../config/model-routes.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { addConfigOption } from './engine-options.ts'
import { writeOutput } from './write-output.ts'

const EVERYTHING = Number.MAX_SAFE_INTEGER

/** `continuo models`: the model ids of a configuration. */
export function modelsCommand(): Command {
  const command = new Command('models').description(
    'List the model ids that the server accepts, newest first, each with its engine',
  )
  return addConfigOption(command).action(listModels)
}

async function listModels({ config: configPath }: { config?: string }): Promise<void> {
  const routes = new ModelRoutes(resolveConfig({ configPath }, process.env))
  const { models } = routes.catalog.page({ maxModels: EVERYTHING })
  const width = Math.max(...models.map((model) => model.id.length))
  const lines = models.map(({ id, createdAt, displayName }) => {
    const created = createdAt.slice(0, 10)
    return `${id.padEnd(width)}  ${created}  ${routes.engineFor(id)}  ${displayName}\n`
  })
  await writeOutput(lines.join(''))
}
