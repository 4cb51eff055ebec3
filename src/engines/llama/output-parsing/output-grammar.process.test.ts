import { describe, expect, it } from 'vitest'
import { matchGrammars } from '../../../../test/match-grammars.ts'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../../../completion/completion-request.ts'
import { conversationPrompt } from '../../../completion/conversation-prompt.ts'
import type { Prompt } from '../../../completion/prompt.ts'
import type { Tool } from '../../../completion/tool.ts'
import { textTurn } from '../../../completion/turn.ts'
import { MESSAGE_FORMATS } from './message-format.ts'
import { messageToolCalls } from './message-tool-calls.ts'
import { type OutputFormat, PLAIN_OUTPUT } from './output-format.ts'
import { outputGrammar } from './output-grammar.ts'
import { OutputParser } from './output-parser.ts'
import { toolsByName } from './tool-call-parser.ts'
import { GENERIC_TOOL_CALLS, TOOL_CALL_PARSERS } from './tool-call-parsers.ts'

const WEATHER: Tool = {
  name: 'get_weather',
  description: null,
  inputSchema: {
    type: 'object',
    properties: {
      city: { type: 'string' },
      days: { type: 'integer', maximum: 9 },
      unit: { enum: ['C', 'F'] },
      note: { type: 'string', maxLength: 9 },
    },
    required: ['city'],
  },
  isStrict: false,
}
const STOP: Tool = { name: 'stop', description: null, inputSchema: { type: 'object' }, isStrict: false }

function request(prompt: Partial<Prompt>, more: Partial<CompletionRequest> = {}): CompletionRequest {
  return {
    modelId: 'm',
    prompt: conversationPrompt({
      systemText: '',
      turns: [textTurn('user', 'Hi')],
      prefill: '',
      tools: [WEATHER, STOP],
      isThinkingEnabled: false,
      outputSchema: null,
      ...prompt,
    }),
    maxTokens: 100,
    stopSequences: [],
    sampling: { temperature: 1, topP: null, topK: null },
    ...NO_TOOLS_OR_THINKING,
    ...more,
  }
}

function format(name: string): OutputFormat {
  const messages = MESSAGE_FORMATS.find((one) => one.name === name) ?? null
  const calls =
    messages === null ? TOOL_CALL_PARSERS.find((one) => one.name === name) : messageToolCalls(messages)
  if (calls === undefined) throw new Error(`there is no format ${name}`)
  return { ...PLAIN_OUTPUT, calls, messages }
}

function grammarOf(asked: CompletionRequest, outputFormat: OutputFormat | null, hasThinking = false) {
  return outputGrammar(asked, { format: outputFormat, start: 'reply', hasThinking })
}

const MUST_CALL = { toolChoice: { type: 'any' } } as const

/** One call, and two where a reply may hold several, as models of the family write them. */
const CALLS: Readonly<Record<string, readonly [one: string, two?: string]>> = {
  hermes: [
    '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris", "days": 2}}\n</tool_call>',
    '<tool_call>\n{"name": "stop", "arguments": {}}\n</tool_call>\n<tool_call>\n{"name": "stop", "arguments": {"a": [1]}}\n</tool_call>',
  ],
  llama3: ['{"name": "get_weather", "parameters": {"city": "Paris", "unit": "C"}}'],
  'mistral-list': [
    '[TOOL_CALLS][{"name": "get_weather", "arguments": {"city": "Paris"}}]',
    '[TOOL_CALLS][{"name": "stop", "arguments": {}}, {"name": "stop", "arguments": {}}]',
  ],
  mistral: [
    '[TOOL_CALLS]get_weather[ARGS]{"city": "Paris"}',
    '[TOOL_CALLS]stop[ARGS]{}[TOOL_CALLS]stop[ARGS]{}',
  ],
  command: [
    '<|START_ACTION|>[\n    {"tool_name": "get_weather", "parameters": {"city": "Paris"}}\n]<|END_ACTION|>',
    '<|START_ACTION|>[{"tool_name": "stop", "parameters": {}},{"tool_name": "stop", "parameters": {}}]<|END_ACTION|>',
  ],
  'deepseek-r1': [
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"city": "Paris"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>stop\n```json\n{}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>stop\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  ],
  'deepseek-v3': [
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city": "Paris"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  ],
  kimi: [
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city": "Paris"}<|tool_call_end|><|tool_calls_section_end|>',
  ],
  'qwen3-coder': [
    '<tool_call>\n<function=get_weather>\n<parameter=city>\nParis <b>\n1\n</parameter>\n<parameter=days>\n-2\n</parameter>\n<parameter=unit>\nF\n</parameter>\n<parameter=note>\na\n\tb: 1\n</parameter>\n</function>\n</tool_call>',
    '<tool_call>\n<function=stop>\n</function>\n</tool_call>\n<tool_call>\n<function=stop>\n<parameter=x>\n1\n</parameter>\n</function>\n</tool_call>',
  ],
  glm: ['<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n</tool_call>'],
  minimax: [
    '<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="city">Paris</parameter>\n</invoke>\n</minimax:tool_call>',
    '<minimax:tool_call>\n<invoke name="stop">\n</invoke>\n<invoke name="stop">\n</invoke>\n</minimax:tool_call>',
  ],
  'deepseek-v3.2': [
    '<｜DSML｜function_calls>\n<｜DSML｜invoke name="get_weather">\n<｜DSML｜parameter name="city" string="true">Paris</｜DSML｜parameter>\n<｜DSML｜parameter name="days" string="false">3</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
  ],
  functionary: ['get_weather\n{"city": "Paris"}', 'stop\n{}>>>stop\n{"a": 1}'],
  muse: [
    ' to=get_weather<|message|><atem:function_calls>\n<atem:invoke name="get_weather">\n<atem:parameter name="city">Paris</atem:parameter>\n</atem:invoke>\n</atem:function_calls>',
  ],
  gemma: [
    '<|tool_call>call:get_weather{city:<|"|>Paris<|"|>,days:2}<tool_call|>',
    '<|tool_call>call:stop{}<tool_call|><|tool_call>call:stop{a:[<|"|>b<|"|>,{c:null}]}<tool_call|>',
  ],
  lfm2: [
    '<|tool_call_start|>[get_weather(city="Paris", unit="C")]<|tool_call_end|>',
    '<|tool_call_start|>[stop(), stop(a=1)]<|tool_call_end|>',
  ],
  'minimax-m3': [
    ']<]minimax[>[<tool_call>\n]<]minimax[>[<invoke name="get_weather">]<]minimax[>[<city>Paris]<]minimax[>[</city>]<]minimax[>[<days>3]<]minimax[>[</days>]<]minimax[>[</invoke>\n]<]minimax[>[</tool_call>',
  ],
  harmony: ['<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Paris"}'],
}

/** What no grammar of calls takes. */
const OTHERS = ['', 'Hello', '{}', '{"city": "Paris"}']

describe('outputGrammar', () => {
  const names = Object.keys(CALLS)
  const several = names.map((name) => grammarOf(request({}, MUST_CALL), format(name))?.text ?? '')
  const single = names.map(
    (name) =>
      grammarOf(request({}, { ...MUST_CALL, allowsParallelToolCalls: false }), format(name))?.text ?? '',
  )
  const texts = names.map((name) => [...(CALLS[name] ?? []), ...OTHERS].filter((text) => text !== undefined))
  const matched = matchGrammars(
    [...several, ...single].map((grammar, index) => ({
      grammar,
      texts: texts[index % names.length] ?? [],
    })),
  )

  it.each(names)('constrains calls to the format of %s, which its parser understands', (name) => {
    const index = names.indexOf(name)
    const [one = '', two] = CALLS[name] ?? []
    const fitting = (matches: readonly boolean[] | null | undefined) =>
      texts[index]?.filter((_text, at) => matches?.[at])
    expect(fitting(matched[index])).toEqual(two === undefined ? [one] : [one, two])
    expect(fitting(matched[names.length + index])).toEqual([one])
    const parser = new OutputParser(format(name), { start: 'reply', tools: toolsByName([WEATHER, STOP]) })
    const parts = [...parser.push(one), ...parser.end(false)]
    expect(parts[0]).toEqual({ type: 'tool-call-start', id: null, name: 'get_weather' })
    expect(parts.every((part) => part.type !== 'text')).toBe(true)
  })

  it('constrains calls to the form in which each parser writes them', () => {
    const calls = [
      { name: 'get_weather', input: { city: 'Paris <b>', days: 2, unit: 'C' } },
      { name: 'get_weather', input: { city: '' } },
    ]
    const grammars = TOOL_CALL_PARSERS.map((parser) => ({
      grammar: grammarOf(request({}, MUST_CALL), { ...PLAIN_OUTPUT, calls: parser })?.text ?? '',
      texts: calls.map((call) => parser.write?.([call]) ?? ''),
    }))
    expect(matchGrammars(grammars)).toEqual(TOOL_CALL_PARSERS.map(() => [true, true]))
  })

  it('lets a string that may be null be written without quotes', () => {
    const note = { anyOf: [{ type: 'string', title: 'Note' }, { type: 'null' }], default: null }
    const short = { anyOf: [{ type: 'string', maxLength: 2 }, { type: 'null' }] }
    const inputSchema = { type: 'object', properties: { note, short } }
    const grammar =
      grammarOf(
        request({ tools: [{ ...STOP, isStrict: true, inputSchema }] }, MUST_CALL),
        format('qwen3-coder'),
      )?.text ?? ''
    const call = (key: string, value: string) =>
      `<tool_call>\n<function=stop>\n<parameter=${key}>\n${value}\n</parameter>\n</function>\n</tool_call>`
    const texts = [
      call('note', 'a "b"\n c'),
      call('note', 'null'),
      call('short', '"ab"'),
      call('short', 'abc'),
    ]
    expect(matchGrammars([{ grammar, texts }])).toEqual([[true, true, true, false]])
  })

  it('lets calls count themselves, and have ids', () => {
    const two = [
      { name: 'stop', input: {} },
      { name: 'stop', input: {} },
    ]
    const names = ['kimi', 'kimi-k3', 'solar', 'mistral-id']
    const texts = names.map((name) => format(name).calls?.write?.(two) ?? '')
    expect(texts.join('\n')).toMatch(/stop:0.*stop:1[\s\S]*index="1".*index="2"[\s\S]*call00001/)
    const grammars = names.map((name, at) => {
      return {
        grammar: grammarOf(request({}, MUST_CALL), format(name))?.text ?? '',
        texts: [texts[at] ?? ''],
      }
    })
    expect(matchGrammars(grammars)).toEqual(names.map(() => [true]))
  })

  it.each(['gemma', 'minimax-m3'])('constrains values in the notation of %s, also within values', (name) => {
    const tree = {
      type: 'object',
      properties: {
        kind: { enum: ['leaf', 'root'] },
        next: { anyOf: [{ $ref: '#/properties/tree' }, { type: 'null' }] },
        tags: { type: 'array', items: { type: 'string' }, maxItems: 2 },
      },
      required: ['kind'],
    }
    const tool = { ...WEATHER, isStrict: true, inputSchema: { type: 'object', properties: { tree } } }
    const calls = format(name).calls
    const inputs = [
      { tree: { kind: 'leaf' } },
      { tree: { kind: 'root', next: { kind: 'leaf', tags: ['a "b"', ''] }, tags: [] } },
      { tree: { kind: 'other' } },
      { tree: { kind: 'leaf', tags: ['a', 'b', 'c'] } },
      { tree: 'leaf' },
      { other: 1 },
    ]
    const grammar = grammarOf(request({ tools: [tool] }, MUST_CALL), format(name))?.text ?? ''
    const texts = inputs.map((input) => calls?.write?.([{ name: 'get_weather', input }]) ?? '')
    expect(matchGrammars([{ grammar, texts }])).toEqual([[true, true, false, false, false, false]])
  })

  it.each(['gemma', 'minimax-m3'])('refuses what it cannot constrain in the notation of %s', (name) => {
    const inputSchema = { properties: { a: { type: 'object', minProperties: 1 } } }
    const tools = [{ ...STOP, isStrict: true, inputSchema }]
    expect(() => grammarOf(request({ tools }), format(name))).toThrow('minProperties is not supported')
    const loop = { anyOf: [{ $ref: '#/properties/a' }] }
    const loops = [{ ...STOP, inputSchema: { properties: { a: loop } } }]
    expect(grammarOf(request({ tools: loops }, MUST_CALL), format(name))).not.toBeNull()
  })

  it('allows one call, of the tool that must be called', () => {
    const asked = request({}, { toolChoice: { type: 'tool', name: 'stop' } })
    const [matches] = matchGrammars([
      {
        grammar: grammarOf(asked, format('hermes'))?.text ?? '',
        texts: [
          '<tool_call>\n{"name": "stop", "arguments": {}}\n</tool_call>',
          CALLS.hermes?.[1] ?? '',
          CALLS.hermes?.[0] ?? '',
        ],
      },
    ])
    expect(matches).toEqual([true, false, false])
  })

  it('does not constrain a reply without schema and strict tools', () => {
    expect(grammarOf(request({}), format('hermes'))).toBeNull()
    expect(grammarOf(request({ tools: [] }), null)).toBeNull()
  })

  it('starts with the first call where a strict tool may be called', () => {
    const strict = { ...WEATHER, isStrict: true }
    const constraint = (name: string) => grammarOf(request({ tools: [strict] }), format(name))
    expect(constraint('hermes')?.trigger).toEqual({ pattern: '<tool_call>', isAtStart: false })
    const bare = constraint('llama3')
    expect(new RegExp(bare?.trigger?.pattern ?? '').exec('\n {"name" :')?.index).toBe(2)
    const harmony = new RegExp(constraint('harmony')?.trigger?.pattern ?? '')
    expect(harmony.exec('<|channel|>commentary to=functions.get')?.index).toBe(0)
  })

  it('constrains a reply to its schema or to tool calls', () => {
    const outputSchema = {
      type: 'object',
      properties: { a: { type: 'boolean' } },
      required: ['a'],
      additionalProperties: false,
    }
    const plain = grammarOf(request({ tools: [], outputSchema }), null)
    const withTools = grammarOf(request({ outputSchema }), format('hermes'))
    const wrapped = grammarOf(
      request({ tools: [], outputSchema }),
      { ...format('command'), responseTags: ['<r>', '</r>'] },
      true,
    )
    const harmony = grammarOf(request({ tools: [], outputSchema }), format('harmony'))
    const responses = [
      '{"a": true}',
      CALLS.hermes?.[0] ?? '',
      '{"b": 1}',
      '\n\n<r>{"a": true}</r>',
      '<|channel|>final<|message|>{"a": true}',
    ]
    expect(
      matchGrammars(
        [plain, withTools, wrapped, harmony].map((constraint) => ({
          grammar: constraint?.text ?? '',
          texts: responses,
        })),
      ),
    ).toEqual([
      [true, false, false, false, false],
      [true, true, false, false, false],
      [true, false, false, true, false],
      [false, false, false, false, true],
    ])
    expect(plain?.trigger).toBeNull()
  })

  it('ignores what it does not support in hostile schemas', () => {
    const hostile = {
      ...STOP,
      inputSchema: { properties: { location: 'bar' }, allOf: 'x', type: ['string'] },
    }
    const text = '<tool_call>\n{"name": "stop", "arguments": {"location": [1]}}\n</tool_call>'
    const asked = request({ tools: [hostile] }, MUST_CALL)
    expect(
      matchGrammars([{ grammar: grammarOf(asked, format('hermes'))?.text ?? '', texts: [text] }]),
    ).toEqual([[true]])
    const any = grammarOf(request({ tools: [], outputSchema: { foo: 'bar' } }), null)
    expect(matchGrammars([{ grammar: any?.text ?? '', texts: ['[1]', '{}'] }])).toEqual([[true, true]])
  })

  it.each([
    [
      { properties: { a: { pattern: '(?=x)' } } },
      'tools: the input schema of the strict tool "stop" cannot be kept to: this pattern is not supported (at #/properties/a)',
    ],
    [
      { properties: { a: { enum: Array.from({ length: 2000 }, (_, index) => index) } } },
      'Schema is too complex',
    ],
    [{ properties: { a: { $ref: '#/properties/a' } } }, 'Too many recursive definitions in schema'],
  ])('refuses a strict tool whose schema it cannot enforce', (inputSchema, message) => {
    const asked = request({ tools: [{ ...STOP, isStrict: true, inputSchema }] })
    for (const calls of [GENERIC_TOOL_CALLS, format('qwen3-coder').calls]) {
      expect(() => grammarOf(asked, { ...format('hermes'), calls })).toThrow(
        expect.objectContaining({ code: 'invalid-request', message }),
      )
    }
  })

  it('binds strict alternatives of a string and others where formats mark strings', () => {
    const text = { anyOf: [{ type: 'string', maxLength: 3 }, { type: 'null' }] }
    const list = { anyOf: [{ $ref: '#/$defs/text' }, { type: 'array', items: { type: 'integer' } }] }
    const nested = {
      anyOf: [{ oneOf: [{ type: 'string', maxLength: 2 }, { type: 'boolean' }] }, { type: 'null' }],
    }
    const texts: [object, unknown[], unknown[]][] = [
      [text, ['abc', null, 'a<b'], ['abcd', 7]],
      [list, ['x', [1]], ['xyzzy', ['x'], null]],
      [nested, ['no', true, null], ['yes', 1]],
    ]
    for (const name of ['deepseek-v3.2', 'deepseek-v4', 'kimi-k3']) {
      for (const [schema, valid, invalid] of texts) {
        const inputSchema = {
          type: 'object',
          $defs: { text: { type: 'string', maxLength: 4 } },
          ...{ properties: { v: schema }, required: ['v'], additionalProperties: false },
        }
        const { calls } = format(name)
        const written = [...valid, ...invalid].map(
          (v) => calls?.write?.([{ name: 'stop', input: { v } }]) ?? '',
        )
        const grammar = grammarOf(
          request({ tools: [{ ...STOP, isStrict: true, inputSchema }] }, MUST_CALL),
          format(name),
        )
        expect(matchGrammars([{ grammar: grammar?.text ?? '', texts: written }])).toEqual([
          [...valid.map(() => true), ...invalid.map(() => false)],
        ])
      }
    }
  })

  describe('a schema of the reply that it cannot enforce as a whole', () => {
    const outputSchema = { type: 'array', items: { type: 'integer' }, uniqueItems: true }
    const formats = [null, ...[...TOOL_CALL_PARSERS, ...MESSAGE_FORMATS].map(({ name }) => format(name))]
    const tagged = { ...PLAIN_OUTPUT, responseTags: ['<response>', '</response>'] }

    it('is refused if it is strict, for each family', () => {
      const asked = request({ tools: [], outputSchema, isOutputStrict: true })
      for (const one of [...formats, tagged]) {
        expect(() => grammarOf(asked, one)).toThrow(
          expect.objectContaining({
            code: 'invalid-request',
            message: 'The schema of the reply cannot be kept to: uniqueItems is not supported',
          }),
        )
      }
    })

    it('is enforced in part if it is not', () => {
      const grammar = grammarOf(request({ tools: [], outputSchema }), null)
      expect(matchGrammars([{ grammar: grammar?.text ?? '', texts: ['[1,1]', '["a"]'] }])).toEqual([
        [true, false],
      ])
    })

    it('may have keywords that are none, even if it is strict', () => {
      const asked = request({ tools: [], outputSchema: { foo: 'bar' }, isOutputStrict: true })
      const grammar = grammarOf(asked, null)
      expect(matchGrammars([{ grammar: grammar?.text ?? '', texts: ['[1]'] }])).toEqual([[true]])
    })
  })
})
