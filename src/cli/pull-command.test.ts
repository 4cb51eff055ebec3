import { expect, it } from 'vitest'
import { ConfigError } from '../config/config-error.ts'
import { pullCommand } from './pull-command.ts'

it.each([
  ['ollama:llama3', 'Models of Ollama are downloaded by "ollama pull".'],
  [
    'model.gguf',
    '"model.gguf" is not the name of a model: write hf:OWNER/REPO[:QUANTIZATION] or https://….gguf.',
  ],
  ['./folder/model.gguf', 'is not the name of a model'],
  ['hf:', 'hf:OWNER/REPO'],
])('%s is not downloaded: %s', async (model, message) => {
  const pulling = pullCommand().parseAsync([model], { from: 'user' })
  await expect(pulling).rejects.toBeInstanceOf(ConfigError)
  await expect(pulling).rejects.toThrow(message)
})
