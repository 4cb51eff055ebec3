import { Command } from 'commander'
import { ModelRoutes } from '../config/model-routes.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { writeOutput } from './write-output.ts'

const EVERYTHING = Number.MAX_SAFE_INTEGER

/** `continuo models`: the ids that a server of this configuration answers for. */
export function modelsCommand(): Command {
  return new Command('models')
    .description('list the model ids that are answered for, newest first, and by which engine')
    .option('--config <file>', 'a configuration file (also CONTINUO_CONFIG)')
    .action(listModels)
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
