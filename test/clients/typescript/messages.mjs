/** Messages with the TypeScript client: `new Anthropic().messages`. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { PROOF, runChecks, sdk } from './proof-checks.mjs'

const Anthropic = sdk.default
const { betaTool } = createRequire(`${process.env.CLIENT_FOLDER}/`)(
  '@anthropic-ai/sdk/helpers/beta/json-schema',
)

const QUESTION = { role: 'user', content: 'Say something.' }
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const TOOL = { name: PROOF.tool, description: 'The weather in a city.', input_schema: SCHEMA }

const client = new Anthropic({ baseURL: PROOF.openUrl, apiKey: 'any key', maxRetries: 0 })

function ask(overrides) {
  return { model: PROOF.model, max_tokens: 50, messages: [QUESTION], ...overrides }
}

function assertSpoken(message) {
  assert.deepEqual(
    message.content.map(({ type, text }) => [type, text]),
    [['text', PROOF.text]],
  )
  assert.deepEqual([message.type, message.role, message.model], ['message', 'assistant', PROOF.resolvedModel])
  assert.equal(message.stop_reason, 'end_turn')
  assert.match(message.id, /^msg_/)
  assert.ok(message.usage.input_tokens > 0)
  assert.equal(message.usage.output_tokens, 5)
}

function assertCalled(message) {
  const [call, ...rest] = message.content
  assert.deepEqual(
    [call.type, call.name, call.input, rest.length],
    ['tool_use', PROOF.tool, PROOF.toolInput, 0],
  )
  assert.match(call.id, /^toolu_/)
  assert.equal(message.stop_reason, 'tool_use')
}

async function checkMessage() {
  const message = await client.messages.create(ask({ system: 'Be brief.' }))
  assertSpoken(message)
  assert.match(message._request_id, /^req_/)
  const stopped = await client.messages.create(ask({ stop_sequences: ['never', PROOF.stopSequence] }))
  assert.equal(stopped.content[0].text, PROOF.textBeforeStop)
  assert.deepEqual([stopped.stop_reason, stopped.stop_sequence], ['stop_sequence', PROOF.stopSequence])
  assertSpoken(await client.beta.messages.create(ask({ betas: ['prompt-caching-2024-07-31'] })))
}

async function checkMessageStream() {
  const texts = []
  const stream = client.messages.stream(ask()).on('text', (text) => texts.push(text))
  assertSpoken(await stream.finalMessage())
  assert.equal(await stream.finalText(), PROOF.text)
  assert.equal(texts.join(''), PROOF.text)
  assert.ok(texts.length > 2, `only ${texts.length} texts`)
  const types = []
  for await (const event of await client.messages.create(ask({ stream: true }))) types.push(event.type)
  assert.deepEqual([types[0], types.at(-1)], ['message_start', 'message_stop'])
  assertSpoken(await client.beta.messages.stream(ask()).finalMessage())
}

async function checkMessageTools() {
  assertCalled(await client.messages.create(ask({ tools: [TOOL] })))
  const pieces = []
  const stream = client.messages.stream(ask({ tools: [TOOL] })).on('inputJson', (piece) => pieces.push(piece))
  assertCalled(await stream.finalMessage())
  assert.deepEqual(JSON.parse(pieces.join('')), PROOF.toolInput)
  const cities = []
  const weather = betaTool({
    name: PROOF.tool,
    description: TOOL.description,
    inputSchema: SCHEMA,
    run({ city }) {
      cities.push(city)
      return 'rain'
    },
  })
  const messages = []
  for await (const message of client.beta.messages.toolRunner(ask({ tools: [weather] })))
    messages.push(message)
  assert.deepEqual(cities, [PROOF.toolInput.city])
  assert.deepEqual(
    messages.map((message) => message.stop_reason),
    ['tool_use', 'end_turn'],
  )
  assertSpoken(messages.at(-1))
}

async function checkCountTokens() {
  const prompt = { model: PROOF.model, messages: [QUESTION], system: 'Be brief.' }
  const counted = await client.messages.countTokens(prompt)
  const { usage } = await client.messages.create({ ...prompt, max_tokens: 50 })
  assert.equal(counted.input_tokens, usage.input_tokens)
  assert.equal((await client.beta.messages.countTokens(prompt)).input_tokens, counted.input_tokens)
}

async function checkCachedPrompt() {
  const text = `For ${PROOF.client}. `.repeat(8)
  const params = ask({ system: [{ type: 'text', text, cache_control: { type: 'ephemeral' } }] })
  const { usage: written } = await client.messages.create(params)
  const { usage: read } = await client.messages.create(params)
  assert.ok(written.cache_creation_input_tokens > 0)
  assert.equal(written.cache_creation.ephemeral_5m_input_tokens, written.cache_creation_input_tokens)
  assert.equal(read.cache_read_input_tokens, written.cache_creation_input_tokens)
}

async function checkModels() {
  const ids = []
  for await (const model of client.models.list({ limit: 7 })) ids.push(model.id)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(ids.includes(PROOF.resolvedModel))
  assert.equal((await client.models.retrieve(PROOF.model)).id, PROOF.resolvedModel)
}

async function checkMessageErrors() {
  await assertError(Anthropic.BadRequestError, 400, 'invalid_request_error', ask({ max_tokens: -1 }))
  await assertError(Anthropic.NotFoundError, 404, 'not_found_error', ask({ model: 'claude-unknown' }))
  await assertError(
    Anthropic.InternalServerError,
    529,
    'overloaded_error',
    ask({ model: PROOF.overloadedModel }),
  )
  const content = `Recover for ${PROOF.client}.`
  const retrying = new Anthropic({ baseURL: PROOF.openUrl, apiKey: 'any key', maxRetries: 2 })
  const params = ask({ model: PROOF.recoveringModel, messages: [{ role: 'user', content }] })
  assert.equal((await retrying.messages.create(params)).content[0].text, PROOF.text)
}

async function assertError(errorClass, status, type, params) {
  for (const stream of [false, true]) {
    const error = await client.messages.create({ ...params, stream }).then(
      () => assert.fail(`no error of status ${status}`),
      (reason) => reason,
    )
    assert.ok(error instanceof errorClass, String(error))
    assert.deepEqual([error.status, error.error.error.type], [status, type])
    assert.equal(error.requestID, error.error.request_id)
  }
}

async function checkEmbeddedMessage() {
  const embedded = new Anthropic({ baseURL: PROOF.embeddedUrl, apiKey: 'any key' })
  const prompt = { model: PROOF.model, messages: [QUESTION] }
  const message = await embedded.messages.create({ ...prompt, max_tokens: 20 })
  assert.match(message.content[0].text, /^\S/)
  assert.equal((await embedded.messages.countTokens(prompt)).input_tokens, message.usage.input_tokens)
  assert.match(await embedded.messages.stream({ ...prompt, max_tokens: 20 }).finalText(), /\S/)
}

await runChecks({
  message: checkMessage,
  'message-stream': checkMessageStream,
  'message-tools': checkMessageTools,
  'count-tokens': checkCountTokens,
  'cached-prompt': checkCachedPrompt,
  models: checkModels,
  'message-errors': checkMessageErrors,
  'embedded-message': checkEmbeddedMessage,
})
