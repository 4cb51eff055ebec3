// An evaluation as one message batch, with an unmodified official SDK. Run it against a server with:
// npm run example examples/evaluation.ts
import Anthropic from '@anthropic-ai/sdk'

const client = new Anthropic({
  baseURL: process.env.CONTINUO_BASE_URL ?? 'http://127.0.0.1:8642',
  apiKey: process.env.CONTINUO_API_KEY ?? 'any',
})
const count = Number(process.env.PROMPTS ?? 1_000)
const model = process.env.MODEL ?? 'claude-sonnet-4-5'

// The questions, and what each reply has to hold. Put your own here.
const questions = Array.from({ length: count }, (_, n) => {
  const [a, b] = [10 + (n % 40), 10 + ((7 * n) % 50)]
  return { id: `sum-${n}`, text: `What is ${a} + ${b}?`, expected: String(a + b) }
})

const started = performance.now()
let batch = await client.messages.batches.create({
  requests: questions.map(({ id, text }) => ({
    custom_id: id,
    params: { model, max_tokens: 32, temperature: 0, messages: [{ role: 'user', content: text }] },
  })),
})
while (batch.processing_status !== 'ended') {
  await new Promise((resolve) => setTimeout(resolve, 500))
  batch = await client.messages.batches.retrieve(batch.id)
}
const seconds = (performance.now() - started) / 1_000

// Results come in any order: `custom_id` says which question each belongs to.
const expected = new Map(questions.map((question) => [question.id, question.expected]))
let [right, inputTokens, outputTokens] = [0, 0, 0]
for await (const { custom_id: id, result } of await client.messages.batches.results(batch.id)) {
  if (result.type !== 'succeeded') continue
  const { content, usage } = result.message
  const reply = content.map((block) => (block.type === 'text' ? block.text : '')).join('')
  if (reply.match(/\d+/g)?.includes(expected.get(id) ?? '')) right += 1
  inputTokens += usage.input_tokens
  outputTokens += usage.output_tokens
}
const { succeeded, errored } = batch.request_counts
console.log(`${succeeded} succeeded, ${errored} errored, ${right} right`)
console.log(`${inputTokens} input tokens, ${outputTokens} output tokens`)
console.log(`${seconds.toFixed(1)} s, ${(count / seconds).toFixed(1)} prompts a second`)
