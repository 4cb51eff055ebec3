import { describe, expect, it } from 'vitest'
import { PromptProblem, promptRequest } from './prompt-request.ts'
import { EMPTY_PROMPT, EMPTY_SETTINGS, type WorkbenchPrompt } from './workbench-prompt.ts'

const FOR = { model: 'm', values: { A: '17' } }
const turn = (role: 'user' | 'assistant', text: string) => ({ id: 1, role, text, attachments: [] })

function messages(changes: Partial<WorkbenchPrompt>) {
  return promptRequest(
    { ...EMPTY_PROMPT, turns: [turn('user', 'Hi')], ...changes },
    { api: 'messages', ...FOR },
  ).body
}

describe('promptRequest', () => {
  it('sends no more than what was set', () => {
    expect(messages({})).toEqual({
      model: 'm',
      max_tokens: 1024,
      messages: [{ role: 'user', content: 'Hi' }],
    })
  })

  it('fills variables, and has every setting', () => {
    const body = messages({
      system: 'As {{A}}',
      turns: [turn('user', '{{A}} + {{B}}'), turn('assistant', 'It is')],
      tools: '[{"name":"t","input_schema":{"type":"object"}}]',
      toolChoice: 't',
      schema: '{"type":"object"}',
      settings: {
        maxTokens: '9',
        temperature: '0',
        topP: '0.5',
        topK: '4',
        stopSequences: 'END\n\\n',
        thinkingTokens: '1024',
      },
    })
    expect(body).toEqual({
      model: 'm',
      max_tokens: 9,
      system: 'As 17',
      messages: [
        { role: 'user', content: '17 + {{B}}' },
        { role: 'assistant', content: 'It is' },
      ],
      tools: [{ name: 't', input_schema: { type: 'object' } }],
      tool_choice: { type: 'tool', name: 't' },
      thinking: { type: 'enabled', budget_tokens: 1024 },
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
      temperature: 0,
      top_p: 0.5,
      top_k: 4,
      stop_sequences: ['END', '\n'],
    })
  })

  it('puts pictures and documents before the text', () => {
    const attachments = [
      { name: 'a.png', mediaType: 'image/png', data: 'AA==' },
      { name: 'b.pdf', mediaType: 'application/pdf', data: 'BB==' },
      { name: 'c.txt', mediaType: 'text/plain', data: 'text' },
    ]
    const body = messages({ turns: [{ ...turn('user', 'What?'), attachments }] })
    expect(body.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
          {
            type: 'document',
            title: 'b.pdf',
            source: { type: 'base64', media_type: 'application/pdf', data: 'BB==' },
          },
          {
            type: 'document',
            title: 'c.txt',
            source: { type: 'text', media_type: 'text/plain', data: 'text' },
          },
          { type: 'text', text: 'What?' },
        ],
      },
    ])
  })

  it('writes a prompt of Text Completions', () => {
    const prompt = {
      ...EMPTY_PROMPT,
      text: '\n\nHuman: {{A}}\n\nAssistant:',
      settings: { ...EMPTY_SETTINGS, topK: '1' },
    }
    expect(promptRequest(prompt, { api: 'complete', ...FOR })).toEqual({
      path: '/v1/complete',
      body: { model: 'm', max_tokens_to_sample: 1024, prompt: '\n\nHuman: 17\n\nAssistant:', top_k: 1 },
    })
  })

  it.each([
    [{ tools: '{' }, /^Tools: this is not JSON\./],
    [{ tools: '{}' }, 'Tools: write a JSON list of tools.'],
    [{ schema: 'x' }, /^Schema: this is not JSON\./],
    [{ settings: { ...EMPTY_SETTINGS, temperature: 'hot' } }, 'Temperature: write a number.'],
    [{ settings: { ...EMPTY_SETTINGS, maxTokens: '1.5' } }, 'Max tokens: write a whole number.'],
  ])('says what is wrong with %j', (changes, message) => {
    expect(() => messages(changes)).toThrow(PromptProblem)
    expect(() => messages(changes)).toThrow(message)
  })
})
