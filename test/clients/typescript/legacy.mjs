/** Text Completions with the TypeScript client of spring 2023: version 2023-01-01, `complete` and `completeStream`. */
import assert from 'node:assert/strict'
import { PROOF, runChecks, sdk } from './proof-checks.mjs'

const { AI_PROMPT, Client, HUMAN_PROMPT } = sdk
const PROMPT = `${HUMAN_PROMPT} Say something.${AI_PROMPT}`

const client = new Client('any key', { apiUrl: PROOF.openUrl })

function ask(overrides) {
  return {
    model: PROOF.model,
    prompt: PROMPT,
    max_tokens_to_sample: 50,
    stop_sequences: [HUMAN_PROMPT],
    ...overrides,
  }
}

async function checkCreate() {
  const response = await client.complete(ask())
  assert.equal(response.completion, PROOF.text)
  assert.equal(response.stop_reason, 'stop_sequence')
  assert.equal(response.stop, '\n\nHuman:')
  assert.equal(response.model, PROOF.resolvedModel)
  assert.equal(response.truncated, false)
  assert.equal(response.exception, null)
  assert.ok(response.log_id.length > 0)
}

async function checkStream() {
  const updates = []
  const last = await client.completeStream(ask(), { onUpdate: (update) => void updates.push(update) })
  assert.equal(last.completion, PROOF.text)
  assert.equal(last.stop_reason, 'stop_sequence')
  assert.equal(last.model, PROOF.resolvedModel)
  assert.ok(updates.length > 2, `only ${updates.length} updates`)
  for (const { completion } of updates) assert.ok(PROOF.text.startsWith(completion), completion)
}

async function checkStopSequence() {
  const params = ask({ stop_sequences: [HUMAN_PROMPT, PROOF.stopSequence] })
  const response = await client.complete(params)
  assert.equal(response.completion, PROOF.textBeforeStop)
  assert.equal(response.stop, PROOF.stopSequence)
  const last = await client.completeStream(params, {
    // Text that was sent cannot be retracted.
    onUpdate: ({ completion }) => assert.ok(PROOF.textBeforeStop.startsWith(completion), completion),
  })
  assert.equal(last.completion, PROOF.textBeforeStop)
  assert.equal(last.stop, PROOF.stopSequence)
}

async function checkBadRequest() {
  await expectStatus(400, client, ask({ max_tokens_to_sample: 0 }))
  await expectStatus(400, client, ask({ prompt: 'Hello' }))
}

async function checkUnauthorized() {
  await expectStatus(401, new Client('a wrong key', { apiUrl: PROOF.keyedUrl }), ask())
  const right = new Client(PROOF.key, { apiUrl: PROOF.keyedUrl })
  assert.equal((await right.complete(ask())).completion, PROOF.text)
}

async function checkOverloaded() {
  await expectStatus(529, client, ask({ model: PROOF.overloadedModel }))
}

/** Of an error, this client reports only the status; it never retries. */
async function expectStatus(status, failingClient, params) {
  await assert.rejects(failingClient.complete(params), {
    message: new RegExp(`^Sampling error: ${status} `),
  })
  await assert.rejects(failingClient.completeStream(params, {}), {
    message: new RegExp(`^Failed to open sampling stream, HTTP status code ${status}: `),
  })
}

async function checkEmbeddedModel() {
  const embedded = new Client('any key', { apiUrl: PROOF.embeddedUrl })
  const streamed = await embedded.completeStream(ask(), {})
  for (const response of [await embedded.complete(ask()), streamed]) {
    assert.notEqual(response.completion.trim(), '')
    assert.match(response.stop_reason, /^(stop_sequence|max_tokens)$/)
  }
}

await runChecks({
  create: checkCreate,
  stream: checkStream,
  'stop-sequence': checkStopSequence,
  'bad-request': checkBadRequest,
  unauthorized: checkUnauthorized,
  overloaded: checkOverloaded,
  'embedded-model': checkEmbeddedModel,
})
