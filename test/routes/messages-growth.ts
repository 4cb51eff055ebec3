import { depthOf, type Fields, type GrowableFields, keysOf, timesOf } from './growable-fields.ts'

/** The growable fields of `/v1/messages` and of counting. */
export const MESSAGES_GROWTH: GrowableFields = {
  texts: {
    'messages[].content': (text) => userMessage(text),
    'messages[].content[].text': (text) => userMessage([{ type: 'text', text }]),
    'messages[].content[].text, two neighbours': (text) => userMessage(halvesOf(text).map(textBlock)),
    'the text of an assistant': (text) => ({ messages: [user('Hi'), assistant(text), user('Go on')] }),
    'a prefill': (text) => ({ messages: [user('Hi'), assistant(`${text}.`)] }),
    system: (text) => ({ system: text }),
    'system[].text': (text) => ({ system: [{ type: 'text', text }] }),
    'tools[].description': (text) => ({ tools: [{ ...LOOK, description: text }] }),
    'the result of a tool': (text) => called('look', {}, text),
    'the input of a tool': (text) => called('look', { at: text }, 'y'),
    thinking: (text) => thinkingTurn({ type: 'thinking', thinking: text, signature: 'c2ln' }),
    'the text of a document': (text) =>
      userMessage([document({ type: 'text', media_type: 'text/plain', data: text })]),
  },
  names: {
    model: (text) => ({ model: text }),
    'stop_sequences[]': (text) => ({ stop_sequences: [text] }),
    'metadata.user_id': (text) => ({ metadata: { user_id: text } }),
    'tools[].name': (text) => ({ tools: [{ ...LOOK, name: text }] }),
    'tool_choice.name': (text) => ({ tools: [LOOK], tool_choice: { type: 'tool', name: text } }),
    'the name of a used tool': (text) => called(text, {}, 'y'),
    'the id of a use': (text) => called('look', {}, 'y', text),
    'a key of an input': (text) => called('look', { [text]: 1 }, 'y'),
    signature: (text) => thinkingTurn({ type: 'thinking', thinking: 'Hm.', signature: text }),
    'redacted thinking': (text) => thinkingTurn({ type: 'redacted_thinking', data: text }),
    'the data of a picture': (text) =>
      userMessage([picture({ type: 'base64', media_type: 'image/png', data: text })]),
    'the media type of a picture': (text) =>
      userMessage([picture({ type: 'base64', media_type: text, data: 'AAAA' })]),
    'the address of a picture': (text) => userMessage([picture({ type: 'url', url: `https://x/${text}` })]),
    'the title of a document': (text) =>
      userMessage([{ ...document({ type: 'text', media_type: 'text/plain', data: 'a' }), title: text }]),
    'the context of a document': (text) =>
      userMessage([{ ...document({ type: 'text', media_type: 'text/plain', data: 'a' }), context: text }]),
    'the data of a document': (text) =>
      userMessage([document({ type: 'base64', media_type: 'application/pdf', data: text })]),
    'the type of a block': (text) => userMessage([{ type: text }]),
    role: (text) => ({ messages: [{ role: text, content: 'Hi' }] }),
    'output_config.effort': (text) => ({ output_config: { effort: text } }),
    service_tier: (text) => ({ service_tier: text }),
    'cache_control.ttl': (text) => ({
      system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral', ttl: text } }],
    }),
    'an unknown field': (text) => ({ [text]: 1 }),
  },
  lists: {
    'messages, by turns': (count) => ({
      messages: timesOf(count, (index) => (index % 2 ? assistant('b') : user('a'))),
    }),
    'messages of one speaker': (count) => ({ messages: timesOf(count, () => user('a')) }),
    'messages[].content': (count) => userMessage(timesOf(count, () => textBlock('a'))),
    'empty texts': (count) => userMessage(timesOf(count, () => textBlock(' '))),
    'marked texts': (count) =>
      userMessage(timesOf(count, () => ({ ...textBlock('a'), cache_control: { type: 'ephemeral' } }))),
    system: (count) => ({ system: timesOf(count, () => textBlock('a')) }),
    pictures: (count) =>
      userMessage(
        timesOf(count, () => picture({ type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' })),
      ),
    documents: (count) =>
      userMessage(timesOf(count, () => document({ type: 'text', media_type: 'text/plain', data: 'a' }))),
    'the content of a document': (count) =>
      userMessage([document({ type: 'content', content: timesOf(count, () => textBlock('a')) })]),
    'uses of tools': (count) => usedOften(count),
    'uses of tools, turn by turn': (count) => ({
      messages: [
        user('a'),
        ...timesOf(count, (index) => [
          assistant([use(`toolu_${index}`)]),
          user([{ type: 'tool_result', tool_use_id: `toolu_${index}`, content: 'y' }]),
        ]).flat(),
      ],
      tools: [LOOK],
    }),
    'uses without results': (count) => ({
      messages: [user('a'), assistant(timesOf(count, (index) => use(`toolu_${index}`)))],
      tools: [LOOK],
    }),
    'results without uses': (count) =>
      userMessage(timesOf(count, (index) => ({ type: 'tool_result', tool_use_id: `toolu_${index}` }))),
    'the content of a result': (count) =>
      called(
        'look',
        {},
        timesOf(count, () => textBlock('a')),
      ),
    'thinking blocks': (count) => ({
      messages: [
        user('a'),
        assistant([
          ...timesOf(count, () => ({ type: 'thinking', thinking: 'b', signature: 'c2ln' })),
          textBlock('c'),
        ]),
        user('d'),
      ],
    }),
    'the keys of an input': (count) => called('look', keysOf(count), 'y'),
    'the depth of an input': (count) => called('look', { at: depthOf(count) }, 'y'),
    tools: (count) => ({ tools: timesOf(count, (index) => ({ ...LOOK, name: `look${index}` })) }),
    'tools of one name': (count) => ({ tools: timesOf(count, () => LOOK) }),
    'tools and their uses': (count) => ({
      ...usedOften(count),
      tools: timesOf(count, (index) => ({ ...LOOK, name: `look${index}` })),
    }),
    stop_sequences: (count) => ({ stop_sequences: timesOf(count, (index) => `stop ${index}`) }),
    'alike stop_sequences': (count) => ({
      stop_sequences: timesOf(count, (index) => 'a'.repeat((index % 64) + 1)),
    }),
    'context_management.edits': (count) => ({
      ...usedOften(10),
      context_management: { edits: timesOf(count, () => ({ type: 'clear_tool_uses_20250919' })) },
    }),
    'the uses that are cleared': (count) => ({
      ...usedOften(count),
      context_management: {
        edits: [
          {
            type: 'clear_tool_uses_20250919',
            trigger: { type: 'tool_uses', value: 1 },
            keep: { type: 'tool_uses', value: 1 },
          },
        ],
      },
    }),
    'the tools whose uses stay': (count) => ({
      ...usedOften(10),
      context_management: {
        edits: [
          { type: 'clear_tool_uses_20250919', exclude_tools: timesOf(count, (index) => `look${index}`) },
        ],
      },
    }),
    'wrong messages': (count) => ({ messages: timesOf(count, () => 7) }),
    'wrong blocks': (count) => userMessage(timesOf(count, () => 7)),
    'blocks of a wrong type': (count) => userMessage(timesOf(count, () => ({ type: 'a' }))),
    'wrong blocks of a result': (count) =>
      called(
        'look',
        {},
        timesOf(count, () => 7),
      ),
    'wrong tools': (count) => ({ tools: timesOf(count, () => 7) }),
    'wrong stop_sequences': (count) => ({ stop_sequences: timesOf(count, () => 7) }),
    'empty stop_sequences': (count) => ({ stop_sequences: timesOf(count, () => '') }),
    'wrong edits': (count) => ({ context_management: { edits: timesOf(count, () => 7) } }),
    'wrong names of tools whose uses stay': (count) => ({
      context_management: {
        edits: [{ type: 'clear_tool_uses_20250919', exclude_tools: timesOf(count, () => 7) }],
      },
    }),
    metadata: (count) => ({ metadata: keysOf(count) }),
    'unknown fields': keysOf,
    'unknown fields of a block': (count) => userMessage([{ ...textBlock('a'), ...keysOf(count) }]),
  },
  schemas: {
    'output_config.format.schema': (schema) => ({
      output_config: { format: { type: 'json_schema', schema } },
    }),
    'tools[].input_schema': (schema) => ({
      tools: [
        {
          ...LOOK,
          input_schema: {
            type: 'object',
            properties: { at: schema },
            required: ['at'],
            ...definitionsOf(schema),
          },
        },
      ],
      tool_choice: { type: 'any' },
    }),
    'tools[].input_schema, strict': (schema) => ({
      tools: [{ ...LOOK, strict: true, input_schema: { ...schema, type: 'object' } }],
    }),
  },
}

const LOOK = {
  name: 'look',
  description: 'Looks',
  input_schema: { type: 'object', properties: { at: { type: 'string' } } },
}

/** References begin at the root. */
function definitionsOf({ $defs }: Fields): Fields {
  return $defs === undefined ? {} : { $defs }
}

const user = (content: unknown) => ({ role: 'user', content })
const assistant = (content: unknown) => ({ role: 'assistant', content })
const userMessage = (content: unknown): Fields => ({ messages: [user(content)] })
const textBlock = (text: string) => ({ type: 'text', text })
const picture = (source: Fields) => ({ type: 'image', source })
const document = (source: Fields) => ({ type: 'document', source })
const use = (id: string, name = 'look') => ({ type: 'tool_use', id, name, input: {} })

function halvesOf(text: string): string[] {
  return [text.slice(0, text.length / 2), text.slice(text.length / 2)]
}

function called(name: string, input: unknown, content: unknown, id = 'toolu_1'): Fields {
  return {
    messages: [
      user('a'),
      assistant([{ type: 'tool_use', id, name, input }]),
      user([{ type: 'tool_result', tool_use_id: id, content }]),
    ],
    tools: [LOOK],
  }
}

function usedOften(count: number): Fields {
  return {
    messages: [
      user('a'),
      assistant(timesOf(count, (index) => use(`toolu_${index}`))),
      user(timesOf(count, (index) => ({ type: 'tool_result', tool_use_id: `toolu_${index}`, content: 'y' }))),
    ],
    tools: [LOOK],
  }
}

function thinkingTurn(block: Fields): Fields {
  return {
    messages: [
      user('a'),
      assistant([block, use('toolu_1')]),
      user([{ type: 'tool_result', tool_use_id: 'toolu_1' }]),
    ],
    tools: [LOOK],
    max_tokens: 1100,
    thinking: { type: 'enabled', budget_tokens: 1024 },
  }
}
