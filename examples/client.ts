// The typed client against a running server. Run it with: npm run example examples/client.ts
import { AI_PROMPT, Continuo, HUMAN_PROMPT } from 'continuo-client'

const client = new Continuo({
  baseURL: process.env.CONTINUO_BASE_URL ?? 'http://127.0.0.1:8642',
  apiKey: 'any',
})

const stream = await client.completions.create({
  model: 'claude-2.1',
  max_tokens_to_sample: 256,
  prompt: `${HUMAN_PROMPT} Tell me a short story.${AI_PROMPT}`,
  stream: true,
})
for await (const event of stream) process.stdout.write(event.completion)
process.stdout.write('\n')

for await (const model of client.models.list()) console.log(model.id)
