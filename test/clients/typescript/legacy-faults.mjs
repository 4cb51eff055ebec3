/** What users of the TypeScript client of spring 2023 see of each fault, and of a recording that another program made. */
import assert from 'node:assert/strict'
import { PROOF, runChecks, sdk } from './proof-checks.mjs'

const { AI_PROMPT, Client, HUMAN_PROMPT } = sdk

/** A fault, or its JSON: what comes of a completion, and of a stream. */
const REFUSED = {
  'rate-limited': 429,
  overloaded: 529,
  failed: 500,
  'timed-out': 504,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'too-large': 413,
  'spend-limit': 429,
}
const BROKEN = {
  // Of what is cut, and of what never comes, it waits for the rest for ever: those are left out.
  reset: ['FetchError', 'TypeError'],
  cut: [null, 'TypeError'],
  '{"fault":"cut","reset":true}': ['FetchError', 'TypeError'],
  'malformed-event': ['FetchError', 'SyntaxError'],
  'error-event': ['Error', 'SyntaxError'],
  '{"fault":"error-event","error":"api_error"}': ['Error', 'SyntaxError'],
  'engine-crash': ['Error', 'SyntaxError'],
}
const SPOKEN = [
  '{"fault":"slow-headers","wait_ms":50}',
  '{"fault":"stall","wait_ms":100}',
  '{"fault":"stall","wait_ms":100,"pings":true}',
  '{"fault":"drip","bytes_per_second":100000}',
  'split-anywhere',
  // A stream of its time repeats the whole text with each event.
  'duplicate-event',
  'missing-stop',
  'wrong-content-type',
  '{"fault":"slow-first-token","wait_ms":50}',
  // It has no tools.
  'tool-input-invalid',
  'tool-input-against-schema',
  'unknown-tool',
]
const SHORTER = { refusal: '', empty: '', 'thinking-only': '', 'max-tokens': ' Café 🦀\u2028日' }

/** It sends no headers of its users: the server of these programs reads the fault from the key. */
const clientOf = (fault) => new Client(`fault:${fault}`, { apiUrl: PROOF.faultyUrl })

function ask(question) {
  const prompt = `${HUMAN_PROMPT} ${question}${AI_PROMPT}`
  return { model: PROOF.model, prompt, max_tokens_to_sample: 50, stop_sequences: [HUMAN_PROMPT] }
}

const whole = async (client, params) => (await client.complete(params)).completion
const streamed = async (client, params) => (await client.completeStream(params, {})).completion

async function errorOf(call, fault) {
  return call(clientOf(fault), ask('Say something.')).then(
    (text) => assert.fail(`${fault}: no error, but ${text}`),
    (error) => error,
  )
}

async function checkFaults() {
  const faults = [...Object.keys({ ...REFUSED, ...BROKEN, ...SHORTER }), ...SPOKEN, 'no-response']
  const names = faults.map((fault) => (fault.startsWith('{') ? JSON.parse(fault).fault : fault))
  assert.deepEqual([...new Set(names)].sort(), [...PROOF.faults].sort())
  // It reports its errors on the console too.
  console.error = () => undefined
  for (const [fault, status] of Object.entries(REFUSED)) {
    for (const call of [whole, streamed])
      assert.match((await errorOf(call, fault)).message, new RegExp(` ${status}\\b`))
  }
  for (const [fault, [ofWhole, ofStream]] of Object.entries(BROKEN)) {
    if (ofWhole !== null) assert.equal((await errorOf(whole, fault)).constructor.name, ofWhole, fault)
    assert.equal((await errorOf(streamed, fault)).constructor.name, ofStream, fault)
  }
  const texts = { ...SHORTER, ...Object.fromEntries(SPOKEN.map((fault) => [fault, PROOF.text])) }
  for (const [fault, text] of Object.entries(texts)) {
    for (const call of [whole, streamed])
      assert.equal(await call(clientOf(fault), ask('Say something.')), text, fault)
  }
}

async function checkRecording() {
  const client = new Client('any key', { apiUrl: PROOF.recordedUrl })
  // A completion of a text starts with a space.
  for (const call of [whole, streamed]) {
    assert.equal(await call(client, ask(PROOF.recordedQuestion)), ` ${PROOF.recordedText}`)
  }
}

await runChecks({ faults: checkFaults, recording: checkRecording })
