// An unmodified official SDK against a running server. Run it with: npm run example examples/official-sdk.ts
import Anthropic from '@anthropic-ai/sdk'

const client = new Anthropic({
  baseURL: process.env.CONTINUO_BASE_URL ?? 'http://127.0.0.1:8642',
  apiKey: 'any',
})

const completion = await client.completions.create({
  model: 'claude-2.1',
  max_tokens_to_sample: 64,
  prompt: `${Anthropic.HUMAN_PROMPT} What is 17 + 25?${Anthropic.AI_PROMPT}`,
})
console.log(completion.completion)
