// The two packages together, as somebody who installed them would use them.
import { openContinuo } from 'continuo'
import { AI_PROMPT, Continuo, HUMAN_PROMPT } from 'continuo-client'

const continuo = await openContinuo()
const client = new Continuo({ apiKey: 'any', fetch: continuo.fetch })
const { completion } = await client.completions.create({
  model: 'claude-2.1',
  max_tokens_to_sample: 16,
  temperature: 0,
  prompt: `${HUMAN_PROMPT} What is 17 + 25?${AI_PROMPT}`,
})
await continuo.close()
console.log(`node ${process.version}:${completion}`)
if (completion !== ' 42') process.exitCode = 1
