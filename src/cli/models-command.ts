import { Command } from 'commander'
import { ModelRoutes } from '../config/model-routes.ts'
import { resolveConfig } from '../config/resolve-config.ts'

const EVERYTHING = Number.MAX_SAFE_INTEGER

/** `continuo models`: the ids that a server of this configuration answers for. */
export function modelsCommand(): Command {
  return new Command('models')
    .description('list the model ids that are answered for, newest first, and by which engine')
    .option('--config <file>', 'a configuration file (also CONTINUO_CONFIG)')
    .action(listModels)
}

function listModels({ config: configPath }: { config?: string }): void {
  const routes = new ModelRoutes(resolveConfig({ configPath }, process.env))
  const { models } = routes.catalog.page({ maxModels: EVERYTHING })
  const width = Math.max(...models.map((model) => model.id.length))
  for (const model of models) {
    const created = model.createdAt.slice(0, 10)
    process.stdout.write(
      `${model.id.padEnd(width)}  ${created}  ${routes.engineFor(model.id)}  ${model.displayName}\n`,
    )
  }
}
