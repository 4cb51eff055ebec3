import { describe, expect, it } from 'vitest'
import { recordedPrompt } from './recorded-prompt.ts'

describe('recordedPrompt', () => {
  it('has the texts, tools and schema of a conversation, and its prefill as the last turn', () => {
    const inputSchema = { type: 'object', properties: { city_name: { type: 'string' } } }
    const prompt = recordedPrompt(
      {
        request: {
          system: 'Be brief.',
          turns: [
            {
              role: 'user',
              parts: [
                { type: 'text', text: 'Look' },
                { type: 'image', mediaType: 'image/png' },
              ],
            },
          ],
          prefill: 'It is',
          tools: [{ name: 'look', inputSchema }],
          outputSchema: { type: 'object' },
        },
        response: null,
      },
      'a-model',
    )
    expect(prompt).toMatchObject({ api: 'messages', model: 'a-model', system: 'Be brief.' })
    expect(prompt.turns.map(({ role, text }) => [role, text])).toEqual([
      ['user', 'Look'],
      ['assistant', 'It is'],
    ])
    expect(JSON.parse(prompt.tools)).toEqual([{ name: 'look', input_schema: inputSchema }])
    expect(JSON.parse(prompt.schema)).toEqual({ type: 'object' })
  })

  it('is a text where no turns were read', () => {
    const prompt = recordedPrompt({ request: { rawText: 'Once upon' }, response: null }, 'm')
    expect(prompt).toMatchObject({ api: 'complete', text: 'Once upon' })
  })
})
