// Two clients, one model, no port. Run it with: npm run example examples/in-process.ts
import Anthropic from '@anthropic-ai/sdk'
import { openContinuo } from 'continuo'
import { Continuo } from 'continuo-client'

const prompt = '\n\nHuman: What is 17 + 25?\n\nAssistant:'
const params = { model: 'claude-2.1', max_tokens_to_sample: 64, temperature: 0, prompt } as const

const continuo = await openContinuo()

const client = new Continuo({ apiKey: 'any', fetch: continuo.fetch })
const completion = await client.completions.create(params)
console.log('continuo-client:', completion.completion)

const sdk = new Anthropic({ apiKey: 'any', baseURL: 'http://continuo', fetch: continuo.fetch })
const stream = await sdk.completions.create({ ...params, stream: true })
process.stdout.write('official SDK:   ')
for await (const event of stream) process.stdout.write(event.completion)
process.stdout.write('\n')

await continuo.close()
