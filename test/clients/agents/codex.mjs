/** Codex, configured for a provider of its own, which it asks for responses. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { PROOF, runChecks } from '../typescript/proof-checks.mjs'
import { run } from './command-line.mjs'

const program = join(process.env.CLIENT_FOLDER, 'node_modules', '.bin', 'codex')
const settings = {
  model: PROOF.model,
  model_provider: 'continuo',
  'model_providers.continuo.name': 'Continuo',
  'model_providers.continuo.base_url': `${PROOF.openUrl}/v1`,
  'model_providers.continuo.env_key': 'CONTINUO_KEY',
  'model_providers.continuo.wire_api': 'responses',
}
const options = Object.entries(settings).flatMap(([name, value]) => [
  '-c',
  `${name}=${JSON.stringify(value)}`,
])

function ask(...args) {
  const printed = run(program, ['exec', '--json', '--skip-git-repo-check', ...options, ...args], {
    CONTINUO_KEY: 'any key',
  })
  const events = printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  return events.filter(({ item }) => item?.type === 'agent_message').map(({ item }) => item.text)
}

async function checkResponse() {
  assert.deepEqual(ask('hello'), [PROOF.text])
  assert.deepEqual(ask('resume', '--last', 'and again'), [PROOF.text])
}

await runChecks({ response: checkResponse })
