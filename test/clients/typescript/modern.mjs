/** Text Completions with the TypeScript client from 0.5 on: `new Anthropic().completions`. */
import assert from 'node:assert/strict'
import { PROOF, runChecks, sdk } from './proof-checks.mjs'

const Anthropic = sdk.default
// From 0.61 on, the client's own markers have a backslash and an n instead of each newline. They are used unchanged.
const { HUMAN_PROMPT, AI_PROMPT } = Anthropic
const PROMPT = `${HUMAN_PROMPT} Say something.${AI_PROMPT}`
const minorVersion = Number(PROOF.version.split('.')[1])

const client = new Anthropic({ baseURL: PROOF.openUrl, apiKey: 'any key', maxRetries: 0 })

function ask(overrides) {
  return { model: PROOF.model, prompt: PROMPT, max_tokens_to_sample: 50, ...overrides }
}

async function collect(stream) {
  const events = []
  for await (const event of stream) events.push(event)
  return events
}

function joined(events) {
  return events.map((event) => event.completion).join('')
}

async function checkCreate() {
  assert.equal(HUMAN_PROMPT, minorVersion >= 61 ? '\\n\\nHuman:' : '\n\nHuman:')
  const completion = await client.completions.create(ask())
  assert.equal(completion.completion, PROOF.text)
  assert.equal(completion.type, 'completion')
  assert.equal(completion.stop_reason, 'stop_sequence')
  assert.equal(completion.model, PROOF.resolvedModel)
  assert.match(completion.id, /^compl_/)
  // Newer releases put the header's value on the object.
  if (minorVersion >= 71) assert.match(completion._request_id, /^req_/)
  if (minorVersion >= 19) {
    const { response } = await client.completions.create(ask()).withResponse()
    assert.match(response.headers.get('request-id'), /^req_/)
  }
}

async function checkStream() {
  const events = await collect(await client.completions.create(ask({ stream: true })))
  assert.equal(joined(events), PROOF.text)
  assert.ok(events.length > 2, `only ${events.length} events`)
  const last = events.pop()
  for (const event of events) {
    assert.equal(event.id, last.id)
    assert.equal(event.stop_reason, null)
    assert.equal(event.model, PROOF.resolvedModel)
  }
  assert.equal(last.stop_reason, 'stop_sequence')
}

async function checkStopSequence() {
  const params = ask({ stop_sequences: ['never', PROOF.stopSequence] })
  const completion = await client.completions.create(params)
  assert.equal(completion.completion, PROOF.textBeforeStop)
  assert.equal(completion.stop_reason, 'stop_sequence')
  const events = await collect(await client.completions.create({ ...params, stream: true }))
  assert.equal(joined(events), PROOF.textBeforeStop)
  assert.equal(events.at(-1).stop_reason, 'stop_sequence')
}

async function checkBadRequest() {
  const expected = { errorClass: Anthropic.BadRequestError, status: 400, type: 'invalid_request_error' }
  const prompt = await expectError(expected, () => client.completions.create(ask({ prompt: 'Hello' })))
  assert.match(prompt.message, /must start with "\n\nHuman:".*must end with "\n\nAssistant:"/)
  const params = ask({ max_tokens_to_sample: 0, stream: true })
  const tokens = await expectError(expected, () => client.completions.create(params))
  assert.match(tokens.message, /^max_tokens_to_sample: /)
}

async function checkUnauthorized() {
  const withKey = (apiKey) => new Anthropic({ baseURL: PROOF.keyedUrl, apiKey, maxRetries: 0 })
  const expected = {
    errorClass: Anthropic.AuthenticationError,
    status: 401,
    type: 'authentication_error',
  }
  const error = await expectError(expected, () => withKey('a wrong key').completions.create(ask()))
  assert.equal(error.message, 'invalid x-api-key')
  assert.equal((await withKey(PROOF.key).completions.create(ask())).completion, PROOF.text)
}

async function checkOverloaded() {
  const expected = { errorClass: Anthropic.InternalServerError, status: 529, type: 'overloaded_error' }
  for (const stream of [false, true]) {
    const params = ask({ model: PROOF.overloadedModel, stream })
    await expectError(expected, () => client.completions.create(params))
  }
}

/** Returns the `error` of the body in the client's exception. */
async function expectError({ errorClass, status, type }, call) {
  const error = await call().then(
    () => assert.fail(`no error of status ${status}`),
    (reason) => reason,
  )
  assert.ok(error instanceof errorClass, String(error))
  assert.equal(error.status, status)
  const body = error.error
  assert.equal(body.error.type, type)
  assert.match(body.request_id, /^req_/)
  // The oldest releases have only the headers, newer ones the id, the last ones the type too.
  assert.equal(error.requestID ?? error.headers['request-id'], body.request_id)
  if (minorVersion >= 71) assert.equal(error.requestID, body.request_id)
  if (minorVersion >= 137) assert.equal(error.type, type)
  return body.error
}

async function checkRetry() {
  // The server refuses this prompt once: without a second request there is no completion.
  const prompt = `${HUMAN_PROMPT} Recover for ${PROOF.client}.${AI_PROMPT}`
  const retrying = new Anthropic({ baseURL: PROOF.openUrl, apiKey: 'any key', maxRetries: 2 })
  const completion = await retrying.completions.create(ask({ model: PROOF.recoveringModel, prompt }))
  assert.equal(completion.completion, PROOF.text)
}

async function checkEmbeddedModel() {
  const embedded = new Anthropic({ baseURL: PROOF.embeddedUrl, apiKey: 'any key' })
  const completion = await embedded.completions.create(ask())
  assert.notEqual(completion.completion.trim(), '')
  assert.match(completion.stop_reason, /^(stop_sequence|max_tokens)$/)
  const events = await collect(await embedded.completions.create(ask({ stream: true })))
  assert.notEqual(joined(events).trim(), '')
  assert.match(events.at(-1).stop_reason, /^(stop_sequence|max_tokens)$/)
}

await runChecks({
  create: checkCreate,
  stream: checkStream,
  'stop-sequence': checkStopSequence,
  'bad-request': checkBadRequest,
  unauthorized: checkUnauthorized,
  overloaded: checkOverloaded,
  retry: checkRetry,
  'embedded-model': checkEmbeddedModel,
})
