import { Command } from 'commander'
import { ModelRoutes } from '../config/model-routes.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { addConfigOption } from './engine-options.ts'
import { modelTable } from './model-table.ts'
import { writeOutput } from './write-output.ts'

/** `continuo models`: the model ids of a configuration. */
export function modelsCommand(): Command {
  const command = new Command('models').description(
    'List the model ids that the server accepts, newest first, each with its engine',
  )
  return addConfigOption(command).action(listModels)
}

async function listModels({ config: configPath }: { config?: string }): Promise<void> {
  await writeOutput(modelTable(new ModelRoutes(resolveConfig({ configPath }, process.env))))
}
