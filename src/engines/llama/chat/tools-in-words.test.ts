import { describe, expect, it } from 'vitest'
import { type Conversation, conversationPrompt } from '../../../completion/conversation-prompt.ts'
import type { Tool } from '../../../completion/tool.ts'
import { textTurn } from '../../../completion/turn.ts'
import { ChatTemplate } from './chat-template.ts'

const TOOL: Tool = {
  name: 'look',
  description: 'Looks.',
  inputSchema: { type: 'object', properties: { at: { type: 'string' } } },
  isStrict: false,
}
const OBJECT_TOOL: Tool = {
  ...TOOL,
  inputSchema: { type: 'object', properties: { at: { type: 'object' } } },
}
const CALLED: Conversation['turns'] = [
  textTurn('user', 'Is it there?'),
  {
    role: 'assistant',
    parts: [
      { type: 'text', text: 'I look.' },
      { type: 'tool-call', id: 'toolu_01', name: 'look', input: { at: 'it' } },
    ],
  },
  {
    role: 'user',
    parts: [
      { type: 'tool-result', toolCallId: 'toolu_01', parts: [{ type: 'text', text: 'yes' }], isError: false },
    ],
  },
]

function open(source: string) {
  return new ChatTemplate(source, { beginningOfSequence: '', endOfSequence: '' })
}

function render(template: ChatTemplate, more: Partial<Conversation> = {}): string {
  const conversation = { systemText: '', turns: CALLED, prefill: '', tools: [TOOL], isThinkingEnabled: false }
  return template.render(conversationPrompt({ ...conversation, outputSchema: null, ...more })).text
}

/** Lists tools as text, which fails for parameters of objects, and writes calls as JSON in tags. */
const TEXT_ONLY = `{%- for tool in tools or [] %}{{- '[tool]' + tool.function.name }}
{%- for name, schema in tool.function.parameters.properties | items %}{{- ' ' + {'string': 'text'}[schema.type] + ' ' + name }}{% endfor %}{% endfor %}
{%- for message in messages %}{{- '[' + message.role + ']' + message.content }}
{%- for call in message.tool_calls or [] %}{{- '<|START_ACTION|>[{"tool_name": "' + call.function.name + '", "parameters": ' }}{{- call.function.arguments | tojson }}{{- '}]<|END_ACTION|>' }}{% endfor %}
{%- endfor %}{%- if add_generation_prompt %}{{- '[assistant]' }}{% endif %}`

/** Lists no tools, but writes calls and results. */
const UNLISTED = `{%- for message in messages %}{{- '[' + message.role + ']' + message.content }}
{%- for call in message.tool_calls or [] %}{{- '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>' + call.function.name + '<｜tool▁sep｜>' }}{{- call.function.arguments | tojson }}{{- '<｜tool▁call▁end｜><｜tool▁calls▁end｜>' }}{% endfor %}
{%- endfor %}{%- if add_generation_prompt %}{{- '[assistant]' }}{% endif %}`

/** Lists tools and writes results, but no calls. */
const TURNS = `{%- for message in messages %}{{- '[' + message.role + ']' + message.content }}{% endfor %}
{%- if add_generation_prompt %}{{- '[assistant]' }}{% endif %}`
const UNCALLED = `{%- if tools %}{{- 'List of tools: [' }}{% for tool in tools %}{{- tool | tojson }}{% endfor %}{{- ']' }}{% endif %}${TURNS}`

/** Takes tools from the system message alone. */
const SYSTEM_TOOLS = `{%- for message in messages %}
{%- if message.role == 'system' and 'tools' in message and message.tools is not none %}{{- '<|system|>' + message.content + '<|tool|>' + message.tools + '<|/tool|>' }}
{%- else %}{{- '<|' + message.role + '|>' + message.content }}{% endif %}{% endfor %}
{%- if add_generation_prompt %}{{- '<|assistant|>' }}{% endif %}`

describe('tools in words', () => {
  it('take the place of tools that a template refuses, in the form of its calls', () => {
    const template = open(TEXT_ONLY)
    expect(template.outputFormat.calls?.name).toBe('command')
    expect(render(template)).toBe(
      '[tool]look text at[user]Is it there?[assistant]I look.<|START_ACTION|>[{"tool_name": "look", "parameters": {"at": "it"}}]<|END_ACTION|>[tool]yes[assistant]',
    )
    const inWords = render(template, { tools: [OBJECT_TOOL] })
    expect(inWords).toContain('[system]# Tools\n')
    expect(inWords).toContain('{"name":"look","description":"Looks.","parameters":{"type":"object"')
    expect(inWords).toContain(
      '[assistant]I look.\n<|START_ACTION|>[{"tool_name": "look", "parameters": {"at": "it"}}]',
    )
    expect(inWords).toContain('[user]<tool_response>\nyes\n</tool_response>')
  })

  it('are described where a template lists none, and called as it writes calls', () => {
    const template = open(UNLISTED)
    expect(template.outputFormat.calls?.name).toBe('deepseek-v3')
    const text = render(template, { systemText: 'Be brief.' })
    expect(text).toMatch(/^\[system\]Be brief\.\n\n# Tools\n/)
    expect(text).toContain(
      '<｜tool▁call▁begin｜>the name<｜tool▁sep｜>{"parameter": "value"}<｜tool▁call▁end｜>',
    )
    expect(text).toContain(
      '[assistant]I look.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>look<｜tool▁sep｜>{"at": "it"}',
    )
    expect(text).toContain('[tool]yes[assistant]')
  })

  it('leave to the text of a turn the calls that a template does not write', () => {
    const template = open(UNCALLED)
    expect(template.outputFormat.calls?.name).toBe('lfm2')
    const text = render(template)
    expect(text).toMatch(/^List of tools: \[\{"type": "function"/)
    expect(text).toContain('[assistant]I look.\n<|tool_call_start|>[look(at="it")]<|tool_call_end|>[tool]yes')
  })

  it('leave to the system message the tools that a template takes from there', () => {
    const template = open(SYSTEM_TOOLS)
    expect(template.outputFormat.calls?.name).toBe('phi4')
    expect(render(template, { systemText: 'Be brief.' })).toBe(
      '<|system|>Be brief.<|tool|>[{"type":"function","function":{"name":"look","description":"Looks.","parameters":{"type":"object","properties":{"at":{"type":"string"}}}}}]<|/tool|><|user|>Is it there?<|assistant|>I look.\n<|tool_call|>[{"name": "look", "arguments": {"at": "it"}}]<|/tool_call|><|tool|>yes<|assistant|>',
    )
    expect(render(template, { tools: [], turns: [textTurn('user', 'Hi')] })).toBe('<|user|>Hi<|assistant|>')
  })

  it.each([
    ['a JSON call', 'Write <tool_call>{"name": "f"}</tool_call>', 'hermes'],
    [
      'elements',
      'Write <tool_call><function=f><parameter=p>v</parameter></function></tool_call>',
      'qwen3-coder',
    ],
    ['keys and values', 'Write <tool_call>f<arg_key>k</arg_key></tool_call>', 'glm'],
    ['a list of calls', 'answer with <|tool_call|> and a list', 'granite'],
  ])('follow the form that a template describes: %s', (_, words, form) => {
    const template = open(`{%- if tools %}{{- '${words}' }}{{- tools | tojson }}{% endif %}${TURNS}`)
    expect(template.outputFormat.calls?.name).toBe(form)
  })

  it('do not save a conversation without tools that a template refuses', () => {
    const strict = open(
      `{%- for message in messages %}{%- if message.content == 'No.' %}{{- raise_exception('not that') }}{% endif %}{{- message.content }}{% endfor %}`,
    )
    const refused = () => render(strict, { tools: [], turns: [textTurn('user', 'No.')] })
    expect(refused).toThrow("the model's chat template refuses it: not that")
  })
})
