/** LangChain's JavaScript classes for Claude and for OpenAI. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { PROOF, runChecks } from '../typescript/proof-checks.mjs'

const require = createRequire(`${process.env.CLIENT_FOLDER}/`)
const load = (name) => import(pathToFileURL(require.resolve(name)).href)
const { ChatAnthropic } = await load('@langchain/anthropic')
const { ChatOpenAI } = await load('@langchain/openai')
const { tool } = await load('@langchain/core/tools')

const MODELS = [
  new ChatAnthropic({ model: PROOF.model, anthropicApiUrl: PROOF.openUrl, apiKey: 'any key', maxTokens: 50 }),
  new ChatOpenAI({
    model: PROOF.model,
    apiKey: 'any key',
    maxTokens: 50,
    configuration: { baseURL: `${PROOF.openUrl}/v1` },
  }),
]

async function checkMessage() {
  for (const model of MODELS) assert.equal((await model.invoke('Say something.')).text, PROOF.text)
}

async function checkMessageStream() {
  for (const model of MODELS) {
    const texts = []
    for await (const chunk of await model.stream('Say something.')) texts.push(chunk.text)
    assert.equal(texts.join(''), PROOF.text)
  }
}

async function checkMessageTools() {
  const weather = tool(({ city }) => `rain in ${city}`, {
    name: PROOF.tool,
    description: 'The weather in a city.',
    schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  })
  for (const model of MODELS) {
    const called = await model.bindTools([weather]).invoke('How is the weather?')
    assert.deepEqual(
      called.tool_calls.map(({ name, args }) => ({ name, args })),
      [{ name: PROOF.tool, args: PROOF.toolInput }],
    )
  }
}

await runChecks({
  message: checkMessage,
  'message-stream': checkMessageStream,
  'message-tools': checkMessageTools,
})
