/** opencode with a provider of its configuration. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { PROOF, runChecks } from '../typescript/proof-checks.mjs'
import { run } from './command-line.mjs'

const program = join(process.env.CLIENT_FOLDER, 'node_modules', '.bin', 'opencode')
const model = PROOF.agentModel
const configuration = {
  model: `continuo/${model}`,
  small_model: `continuo/${model}`,
  autoupdate: false,
  share: 'disabled',
  provider: {
    continuo: {
      npm: '@ai-sdk/openai-compatible',
      name: 'Continuo',
      options: { baseURL: `${PROOF.openUrl}/v1`, apiKey: 'any key' },
      models: { [model]: { limit: { context: 32_768, output: 4_096 } } },
    },
  },
}

async function checkMessage() {
  const printed = run(program, ['run', 'hello'], {
    OPENCODE_CONFIG_CONTENT: JSON.stringify(configuration),
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_AUTOUPDATE: '1',
  })
  assert.ok(printed.includes('##END## and more'), printed)
}

await runChecks({ message: checkMessage })
