import { describe, expect, it } from 'vitest'
import { CHAT_TEMPLATES as templates } from '../../../../test/chat-templates.ts'
import { type Conversation, conversationPrompt } from '../../../completion/conversation-prompt.ts'
import type { Prompt } from '../../../completion/prompt.ts'
import type { Tool } from '../../../completion/tool.ts'
import { type Turn, textTurn } from '../../../completion/turn.ts'
import { ChatTemplate } from './chat-template.ts'

const TOOL: Tool = {
  name: 'get_weather',
  description: 'The weather of a city.',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  isStrict: false,
}

/** A question, thinking and two parallel calls, their results followed by text. */
const TURNS: readonly Turn[] = [
  textTurn('user', 'Where is it warm?'),
  {
    role: 'assistant',
    parts: [
      { type: 'thinking', text: 'Two cities.', signature: null },
      { type: 'tool-call', id: 'toolu_01', name: 'get_weather', input: { city: 'Paris' } },
      { type: 'tool-call', id: 'toolu_02', name: 'get_weather', input: { city: 'Oslo' } },
    ],
  },
  {
    role: 'user',
    parts: [
      {
        type: 'tool-result',
        toolCallId: 'toolu_02',
        parts: [{ type: 'text', text: 'no station' }],
        isError: true,
      },
      {
        type: 'tool-result',
        toolCallId: 'toolu_01',
        parts: [{ type: 'text', text: '25 degrees' }],
        isError: false,
      },
    ],
  },
]

function prompt(more: Partial<Conversation> = {}): Prompt {
  return conversationPrompt({
    systemText: '',
    turns: TURNS,
    prefill: '',
    tools: [TOOL],
    isThinkingEnabled: false,
    outputSchema: null,
    ...more,
  })
}

function template(source: string): ChatTemplate {
  return new ChatTemplate(source, { beginningOfSequence: '<s>', endOfSequence: '</s>' })
}

function render(source: string, more: Partial<Conversation> = {}): string {
  return template(source).render(prompt(more)).text
}

describe('ChatTemplate with tools', () => {
  it.each<[keyof typeof templates, string | null, string | null]>([
    ['HERMES_TEMPLATE', 'hermes', null],
    ['THINKING_TEMPLATE', 'hermes', '<think>'],
    ['ALWAYS_THINKING_TEMPLATE', null, '<think>'],
    ['ELEMENTS_TEMPLATE', 'qwen3-coder', null],
    ['BARE_TEMPLATE', 'llama3', null],
    ['LIST_TEMPLATE', 'mistral-list', null],
    ['SECTION_TEMPLATE', 'deepseek-r1', null],
    ['CHANNELS_TEMPLATE', 'harmony', '<|channel|>analysis<|message|>'],
    ['ACTIONS_TEMPLATE', 'command', '<|START_THINKING|>'],
    ['PLAIN_TEMPLATE', null, null],
  ])('detects the output format of %s', (name, calls, thinking) => {
    const { outputFormat } = template(templates[name])
    expect(outputFormat.calls?.name ?? null).toBe(calls)
    expect(outputFormat.thinking?.startTag ?? null).toBe(thinking)
  })

  it('renders tools, calls and results as the template does', () => {
    expect(render(templates.HERMES_TEMPLATE, { systemText: 'Be brief.' })).toBe(
      `<|im_start|>system
Be brief.
Tools:
{"type": "function", "function": {"name": "get_weather", "description": "The weather of a city.", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}<|im_end|>
<|im_start|>user
Where is it warm?<|im_end|>
<|im_start|>assistant

<tool_call>
{"name": "get_weather", "arguments": {"city": "Paris"}}
</tool_call>
<tool_call>
{"name": "get_weather", "arguments": {"city": "Oslo"}}
</tool_call><|im_end|>
<|im_start|>user
<tool_response>
Error: no station
</tool_response>
<tool_response>
25 degrees
</tool_response><|im_end|>
<|im_start|>assistant
`,
    )
  })

  it('gives earlier thinking only to a template that reads it', () => {
    expect(render(templates.THINKING_TEMPLATE)).toContain('<think>\nTwo cities.\n</think>\n\n\n<tool_call>')
    expect(render(templates.HERMES_TEMPLATE)).not.toContain('Two cities.')
    expect(render(templates.CHANNELS_TEMPLATE)).toContain('analysis<|message|>Two cities.<|end|>')
  })

  it.each(['BARE_TEMPLATE', 'CHANNELS_TEMPLATE'] as const)(
    'gives each call a turn of its own where %s has one in a turn',
    (name) => {
      const text = render(templates[name])
      const places = ['Paris', '25 degrees', 'Oslo', 'Error: no station'].map((part) => text.indexOf(part))
      expect(places.every((place) => place > 0)).toBe(true)
      expect(places).toEqual(places.toSorted((a, b) => a - b))
    },
  )

  it('gives calls and results ids in the format of the template', () => {
    const text = render(templates.LIST_TEMPLATE)
    expect(text).toMatch(/"id": "call00000"\}, .*"id": "call00001"\}/)
    expect(text).toMatch(/Error: no station\|call00001.*25 degrees\|call00000/)
  })

  it('gives inputs as JSON text, and no content, to a template that needs them so', () => {
    expect(render(templates.SECTION_TEMPLATE)).toContain('get_weather\n```json\n{"city":"Paris"}\n```')
  })

  it('appends text to the last result where roles have to alternate', () => {
    const [first, second, third] = TURNS
    if (!first || !second || third?.role !== 'user') throw new Error('no turns')
    const words: Turn = { role: 'user', parts: [...third.parts, { type: 'text', text: 'And now?' }] }
    expect(render(templates.LIST_TEMPLATE, { turns: [first, second, words] })).toContain(
      '25 degrees\n\nAnd now?|call00000',
    )
    expect(render(templates.HERMES_TEMPLATE, { turns: [first, second, words] })).toContain(
      '<|im_start|>user\nAnd now?<|im_end|>',
    )
  })

  it('describes tools in the system text where the template has none', () => {
    const text = render(templates.PLAIN_TEMPLATE, { systemText: 'Be brief.' })
    expect(text).toMatch(/^\[user\]Be brief\.\n\n# Tools\n/)
    expect(text).toContain('{"name":"get_weather","description":"The weather of a city.","parameters":{')
    expect(text).toContain(
      '[assistant]<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>\n<tool_call>',
    )
    expect(text).toContain(
      '[user]<tool_response>\nError: no station\n</tool_response>\n<tool_response>\n25 degrees\n</tool_response>',
    )
    expect(text.endsWith('[assistant]')).toBe(true)
  })

  it('renders earlier calls without tools', () => {
    expect(render(templates.HERMES_TEMPLATE, { tools: [] })).toContain(
      '{"name": "get_weather", "arguments": {"city": "Paris"}}',
    )
  })

  it('continues a prefill, also after calls', () => {
    const { text, start } = template(templates.HERMES_TEMPLATE).render(prompt({ prefill: 'It is' }))
    expect(text.endsWith('</tool_response><|im_end|>\n<|im_start|>assistant\nIt is')).toBe(true)
    expect(start).toBe('prefill')
  })
})

describe('ChatTemplate with thinking', () => {
  it.each<[keyof typeof templates, boolean, string, string]>([
    ['THINKING_TEMPLATE', true, 'assistant\n', 'reply'],
    ['THINKING_TEMPLATE', false, 'assistant\n<think>\n\n</think>\n\n', 'reply'],
    ['ALWAYS_THINKING_TEMPLATE', true, '[assistant]<think>\n', 'thinking'],
    ['ALWAYS_THINKING_TEMPLATE', false, '[assistant]<think>\n</think>\n\n', 'reply'],
    ['CHANNELS_TEMPLATE', true, '<|start|>assistant', 'reply'],
    ['CHANNELS_TEMPLATE', false, '<|start|>assistant<|channel|>final<|message|>', 'prefill'],
    ['ACTIONS_TEMPLATE', true, '<|BOT|>', 'reply'],
    ['ACTIONS_TEMPLATE', false, '<|BOT|><|START_THINKING|><|END_THINKING|>', 'reply'],
  ])('ends %s with thinking %s where the reply starts', (name, isThinkingEnabled, end, start) => {
    const rendered = template(templates[name]).render(
      prompt({ tools: [], turns: [textTurn('user', 'Hi')], isThinkingEnabled }),
    )
    expect(rendered.text.endsWith(end)).toBe(true)
    expect(rendered.start).toBe(start)
  })

  it('lets a model that may call tools choose its channel', () => {
    const rendered = template(templates.CHANNELS_TEMPLATE).render(prompt({ isThinkingEnabled: false }))
    expect(rendered.text.endsWith('<|start|>assistant')).toBe(true)
  })
})
