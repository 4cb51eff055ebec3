import { totalmem } from 'node:os'
import { Command } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { ModelRoutes } from '../config/model-routes.ts'
import { resolveConfig } from '../config/resolve-config.ts'
import { type InstalledModel, installedModels } from '../model-files/installed-models.ts'
import { modelFolders } from '../model-files/model-folders.ts'
import { removeModel } from '../model-files/remove-model.ts'
import { addConfigOption } from './engine-options.ts'
import { installedModelTable } from './installed-model-table.ts'
import { modelTable } from './model-table.ts'
import { writeOutput } from './write-output.ts'

const NONE =
  'There is no model on this machine yet: "continuo pull hf:OWNER/REPO" downloads one, and "continuo serve" has a small one for demonstration.\n'

/** `continuo models`: the models on this machine, and the ids that a server accepts. */
export function modelsCommand(): Command {
  const ids = new Command('ids').description(
    'List the model ids that the server accepts, newest first, each with its engine',
  )
  return new Command('models')
    .description(
      'List the models on this machine, in the folders of Hugging Face, Ollama, LM Studio and llama.cpp',
    )
    .action(listInstalled)
    .addCommand(addConfigOption(ids).action(listIds))
    .addCommand(
      new Command('remove')
        .description('Delete a model from this machine')
        .argument('<model>', 'As "continuo models" lists it')
        .action(removeInstalled),
    )
}

async function listInstalled(): Promise<void> {
  const models = installedModels(modelFolders(process.env))
  await writeOutput(models.length === 0 ? NONE : installedModelTable(models, totalmem()))
}

async function listIds({ config: configPath }: { config?: string }): Promise<void> {
  await writeOutput(modelTable(new ModelRoutes(resolveConfig({ configPath }, process.env))))
}

async function removeInstalled(text: string): Promise<void> {
  const found = installedModels(modelFolders(process.env)).filter(isNamed(text))
  const [model, ...others] = found
  if (model === undefined) {
    throw new ConfigError(
      `There is no model "${text}" on this machine: "continuo models" lists those there are.`,
    )
  }
  if (others.length > 0) {
    throw new ConfigError(
      `"${text}" names several models: ${found.map(({ reference, path }) => `${reference} (${path})`).join(', ')}: name one as "continuo models" lists it, or delete its file.`,
    )
  }
  if (model.holder === 'Ollama') {
    throw new ConfigError(`Ollama keeps "${model.name}", with other files: run "ollama rm ${model.name}".`)
  }
  removeModel(model)
  await writeOutput(`Deleted ${model.path}.\n`)
}

function isNamed(text: string): (model: InstalledModel) => boolean {
  return ({ reference, name, path }) => text === reference || text === name || text === path
}
