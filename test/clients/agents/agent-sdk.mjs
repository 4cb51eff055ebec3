/** The Claude Agent SDK, which runs Claude Code. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { PROOF, runChecks } from '../typescript/proof-checks.mjs'
import { home } from './command-line.mjs'

const require = createRequire(`${process.env.CLIENT_FOLDER}/`)
const { query } = await import(pathToFileURL(require.resolve('@anthropic-ai/claude-agent-sdk')).href)

async function checkMessage() {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    ANTHROPIC_BASE_URL: PROOF.openUrl,
    ANTHROPIC_API_KEY: 'any key',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  }
  const results = []
  for await (const message of query({ prompt: 'hello', options: { env, cwd: home } })) {
    if (message.type === 'result') results.push(message)
  }
  assert.deepEqual(
    results.map(({ subtype, result }) => [subtype, result.trim()]),
    [['success', PROOF.text.trim()]],
  )
}

await runChecks({ message: checkMessage })
