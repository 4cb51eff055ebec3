import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReplyPart } from '../../../completion/reply-part.ts'
import type { Tool } from '../../../completion/tool.ts'
import type { JsonObject } from '../../../util/json-object.ts'
import { FUNCTIONARY, HARMONY as HARMONY_MESSAGES, type MessageFormat, MUSE } from './message-format.ts'
import { messageToolCalls } from './message-tool-calls.ts'
import { type OutputFormat, PLAIN_OUTPUT } from './output-format.ts'
import { OutputParser } from './output-parser.ts'
import type { OutputStart } from './parser-context.ts'
import { toolsByName } from './tool-call-parser.ts'
import { TOOL_CALL_PARSERS } from './tool-call-parsers.ts'

const THINK = { startTag: '<think>', endTag: '</think>', forcedEnd: '\n</think>\n\n' }
const TOOLS = toolsByName([
  tool('get_weather', {
    city: { type: 'string' },
    days: { type: 'integer' },
    where: {},
    zip: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    tags: { type: ['string', 'array'] },
    now: { type: 'boolean' },
  }),
  tool('stop', {}),
])

function tool(name: string, properties: JsonObject): Tool {
  return { name, description: null, inputSchema: { type: 'object', properties }, isStrict: false }
}

function format(calls: string | null, more: Partial<OutputFormat> = {}): OutputFormat {
  const found = TOOL_CALL_PARSERS.find(({ name }) => name === calls) ?? null
  if (found === null && calls !== null) throw new Error(`there is no format ${calls}`)
  return { ...PLAIN_OUTPUT, thinking: THINK, calls: found, ...more }
}

const HARMONY = messagesOf(HARMONY_MESSAGES)

function messagesOf(messages: MessageFormat): OutputFormat {
  return { ...PLAIN_OUTPUT, calls: messageToolCalls(messages), messages }
}

interface ReadOptions {
  readonly start?: OutputStart
  readonly isCut?: boolean
}

/** Thinking in round brackets, text in square ones, calls as `name{…}`: neighbours of a kind are one. */
function read(
  outputFormat: OutputFormat,
  texts: readonly string[],
  { start = 'reply', isCut = false }: ReadOptions = {},
): string {
  const parser = new OutputParser(outputFormat, { start, tools: TOOLS })
  const parts = [...texts.flatMap((text) => parser.push(text)), ...parser.end(isCut)]
  let shown = ''
  let last: ReplyPart['type'] | null = null
  for (const part of parts) {
    const isSame = part.type === last
    if (part.type === 'thinking')
      shown = isSame ? `${shown.slice(0, -1)}${part.text})` : `${shown}(${part.text})`
    if (part.type === 'text') shown = isSame ? `${shown.slice(0, -1)}${part.text}]` : `${shown}[${part.text}]`
    if (part.type === 'tool-call-start') shown += part.name
    if (part.type === 'tool-input') shown += part.json
    last = part.type
  }
  return shown
}

type Case = readonly [name: string, format: OutputFormat, reply: string, shown: string, options?: ReadOptions]

const PARIS = 'get_weather{"city":"Paris"}'

const CASES: readonly Case[] = [
  ['text', format('hermes'), '  Hello <b>you</b>\n', '[Hello <b>you</b>\n]'],
  ['text without anything to look for', format(null, { thinking: null }), 'a <think> b ', '[a <think> b ]'],
  ['text after a prefill', format('hermes'), ' more <think>', '[ more <think>]', { start: 'prefill' }],
  ['thinking that the model opens', format(null), '\n<think>\n a\nb \n</think>\n\nc', '(a\nb)[c]'],
  [
    'thinking that the prompt opened',
    format(null),
    'a </thin</think>b',
    '(a </thin)[b]',
    { start: 'thinking' },
  ],
  ['thinking without an end', format('hermes'), '<think>a <tool_call> b', '(a <tool_call> b)'],
  ['empty thinking', format(null), '<think>\n\n</think>\n\nc', '[c]'],
  [
    'a start tag that the prompt has too',
    format(null),
    '<think>\na</think>b',
    '(a)[b]',
    { start: 'thinking' },
  ],
  ['an end tag that ends nothing', format(null), '</think>\n\na', '[a]'],
  [
    'a response that begins in thinking',
    format(null, { responseTags: ['<|START|>', '<|END|>'] }),
    'a <|START|>b<|END|>',
    '(a)[b]',
    { start: 'thinking' },
  ],
  [
    'thinking that comes again after text',
    format(null, {
      thinking: { startTag: '<|channel>thought', endTag: '<channel|>', forcedEnd: '<channel|>' },
      strayTags: ['<|channel>', '<channel|>'],
    }),
    '<|channel><|channel>thought\na<channel|>b<channel|><|channel>thought\nc<channel|>',
    '(a)[b](c)',
  ],
  ['no thinking after text', format(null), 'a <think>b</think>', '[a <think>b</think>]'],
  [
    'a call',
    format('hermes'),
    '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Paris"}}\n</tool_call>',
    PARIS,
  ],
  [
    'thinking, text, then calls',
    format('hermes'),
    '<think>t</think>Let me see.\n\n<tool_call>\n{"name": "stop", "arguments": {}}\n</tool_call>\n<tool_call>{"name": "get_weather", "arguments": {"city": "a\\"b", "days": [1, 2.50, -3e2]}}</tool_call>\n',
    '(t)[Let me see.]stop{}get_weather{"city":"a\\"b","days":[1,2.50,-3e2]}',
  ],
  [
    "Gemma's notation",
    format('gemma'),
    '<|tool_call>call:get_weather{city:<|"|>"a"\n<|b|><|"|>,where:{x:[1,<|"|><|"|>,None]}}<tool_call|>',
    'get_weather{"city":"\\"a\\"\\n<|b|>","where":{"x":[1,"",null]}}',
  ],
  [
    "Python's calls",
    format('lfm2'),
    `<|tool_call_start|>[stop(), get_weather(city='it\\'s "Paris"', days=2, now=True, where={'a': None})]<|tool_call_end|>`,
    `stop{}get_weather{"city":"it's \\"Paris\\"","days":2,"now":true,"where":{"a":null}}`,
  ],
  [
    "Python's call that breaks off",
    format('lfm2'),
    '<|tool_call_start|>[get_weather(city="Par',
    'get_weather{"city":"Par"}',
  ],
  [
    'elements in elements',
    format('minimax-m3'),
    ']<]minimax[>[<tool_call>]<]minimax[>[<invoke name="get_weather">]<]minimax[>[<where>]<]minimax[>[<a>]<]minimax[>[<item>1]<]minimax[>[</item>]<]minimax[>[</a>]<]minimax[>[</where>]<]minimax[>[<now>true',
    'get_weather{"where":{"a":[1]},"now":true}',
  ],
  [
    'text that may hold tags',
    format('minicpm'),
    '<function name="get_weather"><param name="city"><![CDATA[a</param>]]></param></function>',
    'get_weather{"city":"a</param>"}',
  ],
  [
    'a Python dict',
    format('qwen3-coder', { thinking: null }),
    "<tool_call>\n<function=get_weather>\n<parameter=where>\n{'a': 'b', 'c': True}\n</parameter>\n</function>\n</tool_call>",
    'get_weather{"where":{"a":"b","c":true}}',
  ],
  [
    'JSON in the tags of elements',
    format('glm'),
    '<tool_call>\n{"name": "stop", "arguments": {}}\n</tool_call>',
    'stop{}',
  ],
  [
    'elements in the tags of JSON',
    format('hermes'),
    '<tool_call>\n<function=stop>\n</function>\n</tool_call>',
    'stop{}',
  ],
  [
    'a name before JSON in the tags of elements',
    format('glm'),
    '<tool_call>get_weather\n{"city": "Paris"}\n</tool_call>',
    PARIS,
  ],
  [
    'JSON in an element',
    format('qwen3-coder'),
    '<tool_call>\n<function=get_weather>\n{"city": "Paris"}\n</function>\n</tool_call>',
    PARIS,
  ],
  [
    "a call with Python's quotes",
    format('hermes'),
    "<tool_call>\n{'name': 'get_weather', 'arguments': {'city': 'Paris'}}\n</tool_call>",
    PARIS,
  ],
  [
    "OpenAI's form of a call, after words",
    format('llama3'),
    'Sure: {"type": "function", "function": {"name": "get_weather", "parameters": {"city": "Paris"}}}',
    `[Sure:]${PARIS}`,
  ],
  ['a function that is a name', format('llama3'), '{"function": "stop", "parameters": {}}', 'stop{}'],
  [
    'a message without an input',
    HARMONY,
    '<|channel|>commentary to=functions.stop<|message|><|call|>',
    'stop{}',
  ],
  [
    'a call after code',
    format('llama3'),
    'I use `stop`: {"name": "stop", "parameters": {}}',
    '[I use `stop`:]stop{}',
  ],
  [
    'a call in code',
    format('llama3'),
    'Write `{"name": "stop", "parameters": {}}`',
    '[Write `{"name": "stop", "parameters": {}}`]',
  ],
  [
    'code that looks like a call',
    format('llama3'),
    '```json\n{"name": "stop", "parameters": {}}\n```',
    '[```json\n{"name": "stop", "parameters": {}}\n```]',
  ],
  ['a call without an input', format('hermes'), '<tool_call>{"name": "stop"}</tool_call>', 'stop{}'],
  [
    'an input before the name',
    format('hermes'),
    '<tool_call>{"arguments": {"city": "Paris"}, "id": 1, "name": "get_weather"}</tool_call>',
    PARIS,
  ],
  [
    'an input as a text',
    format('hermes'),
    '<tool_call>{"name": "get_weather", "arguments": "{\\"city\\": \\"Paris\\"}"}</tool_call>',
    PARIS,
  ],
  [
    'members after the input',
    format('hermes'),
    '<tool_call>{"name": "stop", "arguments": {}, "id": "x}"}</tool_call>!',
    'stop{}[!]',
  ],
  [
    'a call that nothing closes',
    format('hermes'),
    '<tool_call>{"name": "stop", "arguments": {}}\n<tool_call>{"name": "stop"}',
    'stop{}stop{}',
  ],
  [
    'text after a call',
    format('hermes'),
    '<tool_call>{"name":"stop","arguments":{}}</tool_call>\n\nDone.',
    'stop{}[Done.]',
  ],
  [
    'a tool that there is not',
    format('hermes'),
    'x <tool_call>{"name": "fly", "arguments": {}}</tool_call>',
    '[x <tool_call>{"name": "fly", "arguments": {}}</tool_call>]',
  ],
  [
    'something else in the tags',
    format('hermes'),
    'use <tool_call> </tool_call> for it',
    '[use <tool_call> </tool_call> for it]',
  ],
  [
    'a call after something that is none',
    format('hermes'),
    '<tool_call>?<tool_call>{"name":"stop"}</tool_call>',
    '[<tool_call>?]stop{}',
  ],
  ['the beginning of a tag', format('hermes'), 'a <tool_cal', '[a <tool_cal]'],
  [
    'JSON that is put right',
    format('hermes'),
    '<tool_call>{"name": "get_weather", "arguments": {"city": "a\nb\\d\'\\\'", "now": True, "where": [None, .5,],}}</tool_call>',
    'get_weather{"city":"a\\nb\\\\d\'\'","now":true,"where":[null,0.5]}',
  ],
  [
    'an input that breaks off',
    format('hermes'),
    '<tool_call>{"name": "get_weather", "arguments": {"city": "x", oops}}</tool_call>',
    'get_weather{"city":"x"}[}</tool_call>]',
  ],
  [
    'an input that the model leaves open',
    format('hermes'),
    '<tool_call>{"name": "get_weather", "arguments": {"where": {"a": ["x',
    'get_weather{"where":{"a":["x"]}}',
  ],
  [
    'an input that was cut',
    format('hermes'),
    '<tool_call>{"name": "get_weather", "arguments": {"where": {"a": ["x',
    'get_weather{"where":{"a":["x',
    { isCut: true },
  ],
  ['bare JSON', format('llama3'), '{"name": "get_weather", "parameters": {"city": "Paris"}}', PARIS],
  [
    'bare JSON after its tag',
    format('llama3'),
    '<|python_tag|>{"type": "function", "name": "get_weather", "parameters": {"city": "Paris"}}',
    PARIS,
  ],
  [
    'several of them',
    format('llama3'),
    '{"name": "stop", "parameters": {}}; {"name": "stop", "parameters": {}}',
    'stop{}stop{}',
  ],
  ['bare JSON that is no call', format('llama3'), '{"name": "stop"}', '[{"name": "stop"}]'],
  [
    'bare JSON in a text',
    format('llama3'),
    'see {"name": "stop", "parameters": {}} {"name": "Bob"}',
    '[see]stop{}[{"name": "Bob"}]',
  ],
  [
    'a list',
    format('mistral-list'),
    'ok[TOOL_CALLS][{"name": "stop", "arguments": {}, "id": "123456789"}, {"name": "get_weather", "arguments": {"city": "Paris"}}]',
    `[ok]stop{}${PARIS}`,
  ],
  [
    'names before the input',
    format('mistral'),
    '[TOOL_CALLS]get_weather[CALL_ID]abc[ARGS]{"city": "Paris"}[TOOL_CALLS]stop{}',
    `${PARIS}stop{}`,
  ],
  ['a name that is none', format('mistral'), '[TOOL_CALLS]fly[ARGS]{}', '[[TOOL_CALLS]fly[ARGS]{}]'],
  [
    'another name of the keys',
    format('command', { responseTags: ['<|START_RESPONSE|>', '<|END_RESPONSE|>'] }),
    '<|START_ACTION|>[\n {"tool_call_id": "0", "tool_name": "get_weather", "parameters": {"city": "Paris"}}\n]<|END_ACTION|>',
    PARIS,
  ],
  [
    'text in its wrappers',
    format('command', { responseTags: ['<|START_RESPONSE|>', '<|END_RESPONSE|>'] }),
    '<|START_RESPONSE|>Hello<|END_RESPONSE|>',
    '[Hello]',
  ],
  [
    'fenced inputs',
    format('deepseek-r1'),
    '<think>t</think>\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"city": "Paris"}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>stop\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    `(t)${PARIS}stop{}`,
  ],
  [
    'inputs without a fence',
    format('deepseek-v3'),
    'x<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city":"Paris"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    `[x]${PARIS}`,
  ],
  [
    'numbered names',
    format('kimi'),
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city":"Paris"}<|tool_call_end|><|tool_call_begin|>functions.stop:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>',
    `${PARIS}stop{}`,
  ],
  [
    'elements',
    format('qwen3-coder'),
    '<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n<parameter=days>\n3\n</parameter>\n<parameter=now>\nTrue\n</parameter>\n</function>\n</tool_call>',
    'get_weather{"city":"Paris","days":3,"now":true}',
  ],
  [
    'elements whose text looks like tags',
    format('qwen3-coder'),
    '<tool_call>\n<function=get_weather>\n<parameter=city>\n1\n"<b>\n\n</parameter>\n<parameter=where>\n{"a": 1}\n</parameter>\n<parameter=x y>\nfree text\n</parameter>\n</function>\n</tool_call>',
    'get_weather{"city":"1\\n\\"<b>\\n","where":{"a":1},"x y":"free text"}',
  ],
  [
    'elements with nothing in them',
    format('qwen3-coder'),
    '<tool_call>\n<function=stop>\n</function>\n</tool_call>\n<tool_call>\n<function=stop></function></tool_call>',
    'stop{}stop{}',
  ],
  [
    'an element that was cut',
    format('qwen3-coder'),
    '<tool_call>\n<function=get_weather>\n<parameter=city>\nPar',
    'get_weather{"city":"Par',
    { isCut: true },
  ],
  [
    'an element that is left open',
    format('qwen3-coder'),
    '<tool_call>\n<function=get_weather>\n<parameter=city>\nPar',
    'get_weather{"city":"Par"}',
  ],
  [
    'elements of another family',
    format('glm'),
    'ok<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>\n<arg_key>days</arg_key><arg_value>2</arg_value>\n</tool_call><tool_call>stop</tool_call>',
    '[ok]get_weather{"city":"Paris","days":2}stop{}',
  ],
  [
    'several in one section',
    format('minimax'),
    '<minimax:tool_call>\n<invoke name="stop">\n</invoke>\n<invoke name="get_weather">\n<parameter name="city">Paris</parameter>\n</invoke>\n</minimax:tool_call>',
    `stop{}${PARIS}`,
  ],
  [
    'elements that tell their type',
    format('deepseek-v3.2'),
    '<｜DSML｜function_calls>\n<｜DSML｜invoke name="get_weather">\n<｜DSML｜parameter name="where" string="true">5</｜DSML｜parameter>\n<｜DSML｜parameter name="days" string="false">5</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
    'get_weather{"where":"5","days":5}',
  ],
  [
    'channels',
    HARMONY,
    '<|channel|>analysis<|message|>Let me\nsee.<|end|><|start|>assistant<|channel|>final<|message|>Hello <b> \n',
    '(Let me\nsee.)[Hello <b> \n]',
  ],
  [
    'a call on a channel',
    HARMONY,
    '<|channel|>analysis<|message|>t<|end|><|start|>assistant<|channel|>commentary<|message|>First this.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city": "Paris"}<|call|>',
    `(t)[First this.]${PARIS}`,
  ],
  ['a call to somebody', HARMONY, ' to=functions.stop<|channel|>commentary json<|message|>{}', 'stop{}'],
  [
    'two messages of text',
    HARMONY,
    '<|channel|>commentary<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b',
    '[a\n\nb]',
  ],
  ['a call of what there is not', HARMONY, '<|channel|>commentary to=functions.fly<|message|>{}', '[{}]'],
  [
    'a call without functions.',
    HARMONY,
    '<|channel|>commentary to=stop <|constrain|>json<|message|>{}',
    'stop{}',
  ],
  [
    'a message to a tool of the model itself',
    HARMONY,
    '<|channel|>analysis<|message|>t<|end|><|start|>assistant<|channel|>commentary to=python<|message|>print(1)',
    '(t)',
  ],
  [
    'a recipient before thinking',
    HARMONY,
    '<|channel|>commentary to=assistant<|channel|>analysis<|message|>t<|end|><|start|>assistant<|channel|>final<|message|>a',
    '(t)[a]',
  ],
  ['a header that max_tokens cut', HARMONY, 'a<|end|><|start|>assistant to=fun', '[a]', { isCut: true }],
  ['a recipient at the start', messagesOf(FUNCTIONARY), 'all\nHello\n>>> 1 + 1', '[Hello\n>>> 1 + 1]'],
  [
    'calls of recipients',
    messagesOf(FUNCTIONARY),
    'stop\n{}>>>get_weather\n{"city": "Paris"}',
    `stop{}${PARIS}`,
  ],
  ['text, then a recipient', messagesOf(FUNCTIONARY), 'all\nLet me see.>>>stop\n{}', '[Let me see.]stop{}'],
  ['no recipient', messagesOf(FUNCTIONARY), 'Hello there.\nYou.', '[Hello there.\nYou.]'],
  [
    'thinking and a call to recipients',
    messagesOf(MUSE),
    ' to=self<|message|>t<|eom|><|start|>assistant to=stop<|message|><atem:function_calls>\n<atem:invoke name="stop">\n</atem:invoke>\n</atem:function_calls><|eot|>',
    '(t)stop{}',
  ],
  [
    'markup in a message to the user',
    messagesOf(MUSE),
    ' to=user<|message|>Write <atem:function_calls><|eot|>',
    '[Write <atem:function_calls>]',
  ],
  ['text on no channel', HARMONY, 'Hello <|chan', '[Hello <|chan]'],
  ['a channel that the prompt opened', HARMONY, ' more <|end|>', '[ more ]', { start: 'prefill' }],
]

describe('OutputParser', () => {
  for (const [name, outputFormat, reply, shown, options] of CASES) {
    it(`parses ${name}`, () => expect(read(outputFormat, [reply], options)).toBe(shown))
  }

  it('parses the same parts however a reply is cut', () => {
    for (const [, outputFormat, reply, shown, options] of CASES) {
      expect(read(outputFormat, [...reply], options)).toBe(shown)
    }
    fc.assert(
      fc.property(
        fc.constantFrom<Case[]>(...CASES),
        fc.array(fc.nat(), { maxLength: 6 }),
        ([, outputFormat, reply, shown, options], places) => {
          const cuts = [
            0,
            ...places.map((place) => place % (reply.length + 1)).sort((a, b) => a - b),
            reply.length,
          ]
          const texts = cuts.slice(1).map((cut, index) => reply.slice(cuts[index], cut))
          expect(read(outputFormat, texts, options)).toBe(shown)
        },
      ),
    )
  })

  it('parses any output to its end, the same however it is cut, with an object for every input', () => {
    const bits = CASES.flatMap(
      ([, , reply]) => reply.match(/<[^>]*>|\[[A-Z_]+\]|"[^"]*"|[{}[\],:]|\w+|\s+/g) ?? [],
    )
    const formats = [...new Set(CASES.map(([, outputFormat]) => outputFormat))]
    fc.assert(
      fc.property(
        fc.constantFrom(...formats),
        fc.array(fc.constantFrom(...bits), { maxLength: 30 }),
        (outputFormat, parts) => {
          const whole = read(outputFormat, [parts.join('')])
          expect(read(outputFormat, parts)).toBe(whole)
          const parser = new OutputParser(outputFormat, { start: 'reply', tools: TOOLS })
          let json = ''
          for (const part of [...parser.push(parts.join('')), ...parser.end(false)]) {
            if (part.type === 'tool-call-start') json = ''
            if (part.type === 'tool-input') json += part.json
            if (part.type === 'tool-call-end') expect(typeof JSON.parse(json)).toBe('object')
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('emits parts as soon as they are unambiguous', () => {
    const parser = new OutputParser(format('hermes'), { start: 'reply', tools: TOOLS })
    const parts = (text: string) =>
      parser.push(text).map((part) => ('text' in part ? part.text : 'json' in part ? part.json : part.type))
    expect(parts('Hello <')).toEqual(['Hello'])
    expect(parts('b> there')).toEqual([' <b> there'])
    expect(parts('\n<tool_call>{"name": "get_weather", "argu')).toEqual([])
    expect(parts('ments": {"ci')).toEqual(['tool-call-start', '{'])
    expect(parts('ty": "Par')).toEqual(['"city":"Par'])
    expect(parts('is"}}')).toEqual(['is"}', 'tool-call-end'])
    expect(parts('</tool_call>\n')).toEqual([])
  })

  it.each([
    ['qwen3-coder', 'I will look.\n\n<function=stop>\n</function>\n</tool_call>', '[I will look.]stop{}'],
    ['qwen3-coder', '<function=stop>\n</function>', 'stop{}'],
    ['qwen3-coder', 'a <function=none>\n</function>', '[a <function=none>\n</function>]'],
    ['seed', '<function=stop></function></seed:tool_call>', 'stop{}'],
    ['minimax', '<invoke name="stop">\n</invoke>\n</minimax:tool_call>', 'stop{}'],
  ])('reads a call of %s without the start tag: %s', (name, text, shown) => {
    expect(read(format(name), [text])).toBe(shown)
    expect(read(format(name), [...text])).toBe(shown)
  })

  it.each([
    ['zip', '12345', '"12345"'],
    ['zip', 'true', '"true"'],
    ['zip', 'null', 'null'],
    ['tags', '[1]', '[1]'],
    ['tags', '12', '"12"'],
    ['where', '12', '12'],
  ])('reads %s: %s by its schema', (key, value, json) => {
    const text = `<tool_call>\n<function=get_weather>\n<parameter=${key}>\n${value}\n</parameter>\n</function>\n</tool_call>`
    expect(read(format('qwen3-coder'), [text])).toBe(`get_weather{"${key}":${json}}`)
  })

  it.each([
    ['hermes', 'Sure.\n<tool_call>\n{"name": "st'],
    ['qwen3-coder', 'Sure.\n<tool_call>\n<function=st'],
    ['kimi', 'Sure.<|tool_calls_section_begin|><|tool_call_begin|>functions.st'],
  ])('shows nothing of a call of %s that is cut before its input: %s', (name, text) => {
    expect(read(format(name), [text], { isCut: true })).toBe('[Sure.]')
    expect(read(format(name), [...text], { isCut: true })).toBe('[Sure.]')
  })
})
