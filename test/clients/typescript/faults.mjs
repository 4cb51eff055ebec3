/** What users of the TypeScript client see of each fault, and of a recording that another program made. */
import assert from 'node:assert/strict'
import { PROOF, runChecks, sdk } from './proof-checks.mjs'

const Anthropic = sdk.default
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
const TOOL = { name: PROOF.tool, input_schema: SCHEMA }
const SPOKEN = ['end_turn', PROOF.text]
/** Errors that newer releases have classes of their own for. */
const isNew = Number(PROOF.version.split('.')[0]) >= 1

/** A fault, or its JSON: what comes of a message, and of a stream. */
const BOTH = {
  'rate-limited': 'RateLimitError',
  overloaded: isNew ? 'OverloadedError' : 'InternalServerError',
  failed: 'InternalServerError',
  'timed-out': isNew ? 'GatewayTimeoutError' : 'InternalServerError',
  unauthenticated: 'AuthenticationError',
  forbidden: 'PermissionDeniedError',
  'not-found': 'NotFoundError',
  'too-large': isNew ? 'ContentTooLargeError' : 'APIError',
  'spend-limit': isNew ? 'EnforcedSpendLimitReachedError' : 'RateLimitError',
  '{"fault":"slow-headers","wait_ms":50}': SPOKEN,
  'no-response': 'APIConnectionTimeoutError',
  reset: 'APIConnectionError',
  '{"fault":"stall","wait_ms":100}': SPOKEN,
  '{"fault":"stall","wait_ms":100,"pings":true}': SPOKEN,
  '{"fault":"drip","bytes_per_second":100000}': SPOKEN,
  'split-anywhere': SPOKEN,
  '{"fault":"slow-first-token","wait_ms":50}': SPOKEN,
  refusal: ['refusal'],
  empty: ['end_turn'],
  'max-tokens': ['max_tokens', ' Café 🦀\u2028日'],
  'tool-input-against-schema': ['tool_use', { name: PROOF.tool, input: { city: 12_345 } }],
  'unknown-tool': ['tool_use', { name: `${PROOF.tool}_unknown`, input: PROOF.toolInput }],
  'thinking-only': ['end_turn', 'thinking'],
}
const overloaded = isNew ? 'OverloadedError' : 'InternalServerError'
const EACH = {
  // fetch reports it, once it has begun.
  cut: ['TypeError', 'AnthropicError'],
  // A reset drops what was not read, so that the response may not even have begun.
  '{"fault":"cut","reset":true}': ['TypeError|APIConnectionError', 'AnthropicError|APIConnectionError'],
  'malformed-event': ['SyntaxError', 'AnthropicError'],
  '{"fault":"duplicate-event","after_events":3}': [SPOKEN, ['end_turn', ` Café${PROOF.text}`]],
  'missing-stop': [SPOKEN, 'AnthropicError'],
  // It takes the JSON for a text.
  'wrong-content-type': ['TypeError', SPOKEN],
  'error-event': [overloaded, 'APIError'],
  '{"fault":"error-event","error":"api_error"}': ['InternalServerError', 'APIError'],
  'tool-input-invalid': [['tool_use', { name: PROOF.tool, input: {} }], 'AnthropicError'],
  'engine-crash': ['InternalServerError', 'APIError'],
}

const client = new Anthropic({ baseURL: PROOF.faultyUrl, apiKey: 'any key', maxRetries: 0 })

function ask(fault) {
  const messages = [{ role: 'user', content: 'Say something.' }]
  const params = {
    model: PROOF.model,
    max_tokens: 50,
    messages,
    ...(fault.includes('tool') ? { tools: [TOOL] } : {}),
  }
  // No response comes, however long it waits; all others come.
  return [params, { headers: { 'x-continuo-fault': fault }, timeout: fault === 'no-response' ? 500 : 60_000 }]
}

const whole = (fault) => client.messages.create(...ask(fault))
const streamed = (fault) => client.messages.stream(...ask(fault)).finalMessage()

async function outcome(call, fault) {
  try {
    const message = await call(fault)
    return [message.stop_reason, ...message.content.map(shown)]
  } catch (error) {
    return error.constructor.name
  }
}

function shown({ type, text, name, input }) {
  if (type === 'text') return text
  return type === 'tool_use' ? { name, input } : type
}

async function expectOutcome(call, fault, expected) {
  const actual = await outcome(call, fault)
  if (typeof expected === 'string' && expected.split('|').includes(actual)) return
  assert.deepEqual(actual, expected, `${fault}, ${call.name}: ${JSON.stringify(actual)}`)
}

async function checkFaults() {
  const cases = {
    ...Object.fromEntries(Object.entries(BOTH).map(([fault, each]) => [fault, [each, each]])),
    ...EACH,
  }
  const names = Object.keys(cases).map((fault) => (fault.startsWith('{') ? JSON.parse(fault).fault : fault))
  assert.deepEqual([...new Set(names)].sort(), [...PROOF.faults].sort())
  // The client reports a malformed event on the console too.
  console.error = () => undefined
  for (const [fault, [expectedWhole, expectedStream]] of Object.entries(cases)) {
    await expectOutcome(whole, fault, expectedWhole)
    await expectOutcome(streamed, fault, expectedStream)
  }
}

async function checkRecording() {
  const recorded = new Anthropic({ baseURL: PROOF.recordedUrl, apiKey: 'any key' })
  const content = [{ type: 'text', text: PROOF.recordedQuestion }]
  const params = { model: PROOF.model, max_tokens: 20, messages: [{ role: 'user', content }] }
  assert.equal((await recorded.messages.create(params)).content[0].text, PROOF.recordedText)
  assert.equal(await recorded.messages.stream(params).finalText(), PROOF.recordedText)
}

await runChecks({ faults: checkFaults, recording: checkRecording })
