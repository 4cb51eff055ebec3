/** Responses with OpenAI's TypeScript client. */
import assert from 'node:assert/strict'
import { PROOF, runChecks, sdk } from '../typescript/proof-checks.mjs'

const OpenAI = sdk.default ?? sdk
const client = new OpenAI({ baseURL: `${PROOF.openUrl}/v1`, apiKey: 'any key', maxRetries: 0 })
const ASK = { model: PROOF.model, input: 'Say something.', max_output_tokens: 50 }
const TOOLS = [
  {
    type: 'function',
    name: PROOF.tool,
    description: 'Looks up the weather.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    strict: false,
  },
]

async function checkResponse() {
  const response = await client.responses.create({ ...ASK, instructions: 'Be brief.' })
  assert.equal(response.output_text, PROOF.text)
  assert.equal(response.status, 'completed')
  assert.equal(response.model, PROOF.resolvedModel)
  assert.equal(response.instructions, 'Be brief.')
  assert.equal(response.usage.total_tokens, response.usage.input_tokens + response.usage.output_tokens)
}

async function checkResponseStream() {
  const events = []
  for await (const event of await client.responses.create({ ...ASK, stream: true })) events.push(event)
  assert.deepEqual(
    events.map((event) => event.sequence_number),
    events.map((_, index) => index),
  )
  assert.deepEqual(
    [events[0].type, events[1].type, events.at(-1).type],
    ['response.created', 'response.in_progress', 'response.completed'],
  )
  const deltas = events.filter(({ type }) => type === 'response.output_text.delta')
  assert.ok(deltas.length > 3, `only ${deltas.length} deltas`)
  assert.equal(deltas.map(({ delta }) => delta).join(''), PROOF.text)
  // Release 4.95.0 has no `output_text` here.
  const { output } = await client.responses.stream(ASK).finalResponse()
  assert.equal(output[0].content[0].text, PROOF.text)
}

/** A call, its output, and the reply to it; also streamed through the client's own accumulator. */
async function checkResponseTools() {
  const asked = await client.responses.create({ ...ASK, tools: TOOLS })
  const [call] = asked.output
  assert.equal(call.type, 'function_call')
  assert.equal(call.name, PROOF.tool)
  assert.deepEqual(JSON.parse(call.arguments), PROOF.toolInput)
  const output = { type: 'function_call_output', call_id: call.call_id, output: 'rain' }
  const input = [{ role: 'user', content: ASK.input }, ...asked.output, output]
  assert.equal((await client.responses.create({ ...ASK, tools: TOOLS, input })).output_text, PROOF.text)
  const streamed = await client.responses.stream({ ...ASK, tools: TOOLS }).finalResponse()
  assert.deepEqual(JSON.parse(streamed.output[0].arguments), PROOF.toolInput)
}

/** What this server keeps nothing for, and what needs a key. */
async function checkResponseErrors() {
  const expectError = async (errorClass, pattern, call) => {
    const error = await call().then(
      () => assert.fail('no error'),
      (reason) => reason,
    )
    assert.ok(error instanceof errorClass, String(error))
    assert.match(error.message, pattern)
  }
  await expectError(OpenAI.BadRequestError, /previous_response_id/, () =>
    client.responses.create({ ...ASK, previous_response_id: 'resp_1' }),
  )
  await expectError(OpenAI.NotFoundError, /Not Found/, () => client.responses.retrieve('resp_1'))
  const keyed = new OpenAI({ baseURL: `${PROOF.keyedUrl}/v1`, apiKey: 'a wrong key', maxRetries: 0 })
  await expectError(OpenAI.AuthenticationError, /./, () => keyed.responses.create(ASK))
}

await runChecks({
  response: checkResponse,
  'response-stream': checkResponseStream,
  'response-tools': checkResponseTools,
  'response-errors': checkResponseErrors,
})
