/** Claude Code with a key of no meaning and an empty home. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { PROOF, runChecks } from '../typescript/proof-checks.mjs'
import { run } from './command-line.mjs'

const program = join(process.env.CLIENT_FOLDER, 'node_modules', '.bin', 'claude')
const environment = {
  ANTHROPIC_BASE_URL: PROOF.openUrl,
  ANTHROPIC_API_KEY: 'any key',
  // Without a choice of its user, it tells the model another name of itself in the first turn than in the next.
  ANTHROPIC_MODEL: PROOF.agentModel,
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
}

function ask(...args) {
  return JSON.parse(run(program, ['--output-format', 'json', ...args], environment))
}

function inputOf({ usage }) {
  return usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens
}

async function checkMessage() {
  assert.equal(run(program, ['-p', 'hello'], environment).trim(), PROOF.text.trim())
}

/** The second turn sends the first one again, and reads it from the cache. */
async function checkCachedPrompt() {
  const first = ask('-p', 'hello')
  const second = ask('--continue', '-p', 'and again')
  assert.equal(second.result.trim(), PROOF.text.trim())
  const { cache_read_input_tokens: cached } = second.usage
  assert.ok(cached > 0.8 * inputOf(first), `${cached} of ${inputOf(first)} tokens were read from the cache`)
}

await runChecks({ message: checkMessage, 'cached-prompt': checkCachedPrompt })
