/** Chat completions, raw completions and models with OpenAI's TypeScript client. */
import assert from 'node:assert/strict'
import { PROOF, runChecks, sdk } from '../typescript/proof-checks.mjs'

const OpenAI = sdk.default ?? sdk
const MESSAGES = [{ role: 'user', content: 'Say something.' }]

function clientOf(baseURL, apiKey = 'any key', maxRetries = 0) {
  return new OpenAI({ baseURL: `${baseURL}/v1`, apiKey, maxRetries })
}

const client = clientOf(PROOF.openUrl)

function ask(overrides) {
  return { model: PROOF.model, messages: MESSAGES, max_tokens: 50, ...overrides }
}

async function collect(stream) {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

function joined(chunks) {
  return chunks.map((chunk) => chunk.choices[0]?.delta?.content ?? '').join('')
}

async function checkCreate() {
  const completion = await client.chat.completions.create(ask())
  assert.equal(completion.choices[0].message.content, PROOF.text)
  assert.equal(completion.choices[0].finish_reason, 'stop')
  assert.equal(completion.object, 'chat.completion')
  assert.equal(completion.model, PROOF.resolvedModel)
  assert.ok(completion.usage.prompt_tokens > 0)
  assert.equal(
    completion.usage.total_tokens,
    completion.usage.prompt_tokens + completion.usage.completion_tokens,
  )
}

async function checkStream() {
  const stream = await client.chat.completions.create(
    ask({ stream: true, stream_options: { include_usage: true } }),
  )
  const chunks = await collect(stream)
  assert.equal(joined(chunks), PROOF.text)
  assert.ok(chunks.length > 4, `only ${chunks.length} chunks`)
  assert.ok(chunks.at(-1).usage.completion_tokens > 0)
  assert.equal(chunks.at(-2).choices[0].finish_reason, 'stop')
}

async function checkStopSequence() {
  const completion = await client.chat.completions.create(ask({ stop: ['never', PROOF.stopSequence] }))
  assert.equal(completion.choices[0].message.content, PROOF.textBeforeStop)
  assert.equal(completion.choices[0].finish_reason, 'stop')
}

const TOOLS = [
  {
    type: 'function',
    function: {
      name: PROOF.tool,
      description: 'Looks up the weather.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
]

/** A call, its result, and the reply to it; also streamed through the client's own accumulator. */
async function checkToolCall() {
  const asked = await client.chat.completions.create(ask({ tools: TOOLS }))
  const { message, finish_reason } = asked.choices[0]
  assert.equal(finish_reason, 'tool_calls')
  assert.equal(message.tool_calls.length, 1)
  assert.equal(message.tool_calls[0].function.name, PROOF.tool)
  assert.deepEqual(JSON.parse(message.tool_calls[0].function.arguments), PROOF.toolInput)
  const result = { role: 'tool', tool_call_id: message.tool_calls[0].id, content: 'rain' }
  const answered = await client.chat.completions.create(
    ask({ tools: TOOLS, messages: [...MESSAGES, message, result] }),
  )
  assert.equal(answered.choices[0].message.content, PROOF.text)
  const completions = client.beta?.chat?.completions ?? client.chat.completions
  const streamed = await completions.stream(ask({ tools: TOOLS })).finalChatCompletion()
  assert.deepEqual(JSON.parse(streamed.choices[0].message.tool_calls[0].function.arguments), PROOF.toolInput)
}

async function checkRawText() {
  const params = { model: PROOF.model, prompt: 'Once', max_tokens: 50 }
  const completion = await client.completions.create(params)
  assert.equal(completion.choices[0].text, PROOF.text)
  const chunks = await collect(await client.completions.create({ ...params, stream: true }))
  assert.equal(chunks.map((chunk) => chunk.choices[0].text).join(''), PROOF.text)
}

async function checkModels() {
  const ids = []
  for await (const model of client.models.list()) ids.push(model.id)
  assert.ok(ids.includes(PROOF.resolvedModel))
  assert.equal((await client.models.retrieve(PROOF.model)).id, PROOF.resolvedModel)
}

async function expectError(errorClass, status, code, call) {
  const error = await call().then(
    () => assert.fail(`no error of status ${status}`),
    (reason) => reason,
  )
  assert.ok(error instanceof errorClass, String(error))
  assert.equal(error.status, status)
  assert.equal(error.code, code)
  return error
}

async function checkBadRequest() {
  const error = await expectError(OpenAI.BadRequestError, 400, 'invalid_request_error', () =>
    client.chat.completions.create(ask({ n: 2 })),
  )
  assert.match(error.message, /n: only one completion/)
}

async function checkUnauthorized() {
  const wrong = clientOf(PROOF.keyedUrl, 'a wrong key')
  await expectError(OpenAI.AuthenticationError, 401, 'authentication_error', () =>
    wrong.chat.completions.create(ask()),
  )
  const right = clientOf(PROOF.keyedUrl, PROOF.key)
  assert.equal((await right.chat.completions.create(ask())).choices[0].message.content, PROOF.text)
}

async function checkOverloaded() {
  for (const stream of [false, true]) {
    await expectError(OpenAI.InternalServerError, 529, 'overloaded_error', () =>
      client.chat.completions.create(ask({ model: PROOF.overloadedModel, stream })),
    )
  }
}

async function checkRetry() {
  const retrying = clientOf(PROOF.openUrl, 'any key', 2)
  const messages = [{ role: 'user', content: `Recover for ${PROOF.client}.` }]
  const completion = await retrying.chat.completions.create(ask({ model: PROOF.recoveringModel, messages }))
  assert.equal(completion.choices[0].message.content, PROOF.text)
}

async function checkEmbeddedModel() {
  const embedded = clientOf(PROOF.embeddedUrl)
  const params = ask({ messages: [{ role: 'user', content: 'What is 17 + 25?' }], temperature: 0 })
  const completion = await embedded.chat.completions.create(params)
  assert.equal(completion.choices[0].message.content, '42')
  assert.equal(
    joined(await collect(await embedded.chat.completions.create({ ...params, stream: true }))),
    '42',
  )
}

/** Another client recorded it, by another API. */
async function checkRecording() {
  const messages = [{ role: 'user', content: PROOF.recordedQuestion }]
  const recorded = clientOf(PROOF.recordedUrl).chat.completions
  const completion = await recorded.create(ask({ messages }))
  assert.equal(completion.choices[0].message.content, PROOF.recordedText)
  assert.equal(
    joined(await collect(await recorded.create(ask({ messages, stream: true })))),
    PROOF.recordedText,
  )
}

await runChecks({
  recording: checkRecording,
  create: checkCreate,
  stream: checkStream,
  'stop-sequence': checkStopSequence,
  'tool-call': checkToolCall,
  'raw-text': checkRawText,
  models: checkModels,
  'bad-request': checkBadRequest,
  unauthorized: checkUnauthorized,
  overloaded: checkOverloaded,
  retry: checkRetry,
  'embedded-model': checkEmbeddedModel,
})
