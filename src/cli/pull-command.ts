import { Command } from 'commander'
import { ConfigError } from '../config/config-error.ts'
import { locateModel } from '../model-files/locate-model.ts'
import { isNamedModel, ModelReferenceError, parseModelReference } from '../model-files/model-reference.ts'
import { DownloadLine } from './download-line.ts'
import { writeOutput } from './write-output.ts'

/** `continuo pull`: downloads a model, or a newer version of it, without starting it. */
export function pullCommand(): Command {
  return new Command('pull')
    .description('Download a model, or its newest version, for --model')
    .argument('<model>', 'hf:OWNER/REPO[:QUANTIZATION], hf:OWNER/REPO/FILE or https://….gguf')
    .action(pullModel)
}

async function pullModel(model: string): Promise<void> {
  checkDownloadable(model)
  const line = new DownloadLine(process.stderr)
  try {
    const { path } = await locateModel(model, {
      environment: process.env,
      onProgress: (progress) => line.show(progress),
      isRefresh: true,
    })
    line.clear()
    await writeOutput(`${path}\n`)
  } finally {
    line.clear()
  }
}

function checkDownloadable(model: string): void {
  try {
    const { kind } = parseModelReference(model)
    if (kind === 'ollama') throw new ConfigError(`Models of Ollama are downloaded by "ollama pull".`)
    if (isNamedModel(model)) return
  } catch (error) {
    if (error instanceof ModelReferenceError) throw new ConfigError(error.message)
    throw error
  }
  throw new ConfigError(
    `"${model}" is not the name of a model: write hf:OWNER/REPO[:QUANTIZATION] or https://….gguf.`,
  )
}
