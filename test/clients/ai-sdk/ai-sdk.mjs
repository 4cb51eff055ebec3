/** Vercel's AI SDK with the defaults of its OpenAI provider, which sends responses and refers to earlier items. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { PROOF, runChecks } from '../typescript/proof-checks.mjs'

const require = createRequire(`${process.env.CLIENT_FOLDER}/`)
const load = (name) => import(pathToFileURL(require.resolve(name)).href)
const { generateText, jsonSchema, stepCountIs, isStepCount, streamText, tool } = await load('ai')
const { createOpenAI } = await load('@ai-sdk/openai')

const sentBodies = []
const openai = createOpenAI({
  baseURL: `${PROOF.openUrl}/v1`,
  apiKey: 'any key',
  fetch(url, init) {
    sentBodies.push(init.body)
    return fetch(url, init)
  },
})
const ASK = { model: openai(PROOF.model), prompt: 'Say something.', maxRetries: 0 }
const twoSteps = (isStepCount ?? stepCountIs)(2)

const weather = tool({
  description: 'Looks up the weather.',
  inputSchema: jsonSchema({
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  }),
  execute: async ({ city }) => `rain in ${city}`,
})

async function checkResponse() {
  const { text, finishReason, usage } = await generateText(ASK)
  assert.equal(text, PROOF.text)
  assert.equal(finishReason, 'stop')
  assert.ok(usage.inputTokens > 0 && usage.outputTokens > 0)
}

async function checkResponseStream() {
  const { textStream, finishReason } = streamText(ASK)
  const texts = []
  for await (const text of textStream) texts.push(text)
  assert.equal(texts.join(''), PROOF.text)
  assert.ok(texts.length > 3, `only ${texts.length} pieces`)
  assert.equal(await finishReason, 'stop')
}

/** Two steps: the second refers to what the first one brought. */
async function checkResponseTools() {
  const asked = { ...ASK, tools: { [PROOF.tool]: weather }, stopWhen: twoSteps }
  const { text, steps } = await generateText(asked)
  assert.deepEqual(steps[0].toolCalls[0].input, PROOF.toolInput)
  assert.equal(text, PROOF.text)
  const streamed = streamText(asked)
  for await (const part of streamed.fullStream) if (part.type === 'error') throw part.error
  assert.equal(await streamed.text, PROOF.text)
}

/** The second turn sends the id of the first reply in place of its text. */
async function checkResponseReference() {
  const first = await generateText(ASK)
  const sent = first.responseMessages ?? first.response.messages
  const messages = [{ role: 'user', content: 'Say something.' }, ...sent, { role: 'user', content: 'Again.' }]
  const second = await generateText({ model: ASK.model, messages, maxRetries: 0 })
  assert.match(sentBodies.at(-1), /item_reference/)
  assert.equal(second.text, PROOF.text)
}

await runChecks({
  response: checkResponse,
  'response-stream': checkResponseStream,
  'response-tools': checkResponseTools,
  'response-reference': checkResponseReference,
})
