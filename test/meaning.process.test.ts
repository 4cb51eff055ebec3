import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Continuo, openContinuo } from '../src/open-continuo.ts'

/** The demonstration model through the whole stack, without a socket, with questions like those of its training. */
let continuo: Continuo
let client: Anthropic

beforeAll(async () => {
  continuo = await openContinuo({ engine: { threads: 1, kvCache: 'unified', flashAttention: false } })
  client = new Anthropic({ apiKey: 'any', baseURL: 'http://continuo', fetch: continuo.fetch, maxRetries: 0 })
})
afterAll(() => continuo.close())

interface Asked {
  readonly stop?: string[]
  readonly maxTokens?: number
}

async function ask(prompt: string, { stop = [], maxTokens = 48 }: Asked = {}) {
  return client.completions.create({
    model: 'claude-2.1',
    prompt,
    max_tokens_to_sample: maxTokens,
    temperature: 0,
    stop_sequences: stop,
  })
}

describe('the demonstration model', () => {
  it.each([
    ['What is 17 + 25?', /^ 42\b/],
    ['What is 50 - 8?', /\b42\b/],
    ['What is the opposite of hot?', /\bcold\b/],
    ['Hello!', /\w+/],
  ])('%s', async (question, response) => {
    const completion = await ask(`\n\nHuman: ${question}\n\nAssistant:`)
    expect(completion.completion).toMatch(response)
    expect(completion.stop_reason).toBe('stop_sequence')
  })

  it('gives the same completion with white space at the end, and streamed', async () => {
    const prompt = '\n\nHuman: What is 17 + 25?\n\nAssistant:'
    const whole = await ask(prompt)
    expect((await ask(`${prompt} `)).completion).toBe(whole.completion)
    const stream = await client.completions.create({
      model: 'claude-2.1',
      prompt,
      max_tokens_to_sample: 48,
      temperature: 0,
      stream: true,
    })
    let text = ''
    for await (const event of stream) text += event.completion
    expect(text).toBe(whole.completion)
  })

  it('ends before a stop sequence of the client', async () => {
    const prompt = '\n\nHuman: What is 17 + 25?\n\nAssistant:'
    const completion = await ask(prompt, { stop: ['2'] })
    expect(completion).toMatchObject({ completion: ' 4', stop_reason: 'stop_sequence', stop: '2' })
  })

  it('ends at the token limit', async () => {
    const completion = await ask('\n\nHuman: Tell me a story.\n\nAssistant:', { maxTokens: 1 })
    expect(completion).toMatchObject({ stop_reason: 'max_tokens', stop: null })
  })

  it('continues a prefill without repeating it', async () => {
    const { completion } = await ask(
      '\n\nHuman: What is the capital of France?\n\nAssistant: The capital of France is',
    )
    expect(completion).toMatch(/^ Paris\b/)
  })

  it('uses earlier turns', async () => {
    const { completion } = await ask(
      '\n\nHuman: My name is Tom.\n\nAssistant: Nice to meet you, Tom!\n\nHuman: What is my name?\n\nAssistant:',
    )
    expect(completion).toMatch(/\bTom\b/)
  })
})
