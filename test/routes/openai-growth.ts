import { depthOf, type Fields, type GrowableFields, keysOf, timesOf } from './growable-fields.ts'

/** The growable fields of both completion routes of the OpenAI style. */
const BOTH_NAMES: GrowableFields['names'] = {
  model: (text) => ({ model: text }),
  stop: (text) => ({ stop: text }),
  'stop[]': (text) => ({ stop: [text] }),
  user: (text) => ({ user: text }),
  'an unknown field': (text) => ({ [text]: 1 }),
}
const BOTH_LISTS: GrowableFields['lists'] = {
  stop: (count) => ({ stop: timesOf(count, (index) => `stop ${index}`) }),
  'wrong stop': (count) => ({ stop: timesOf(count, () => 7) }),
  'empty stop': (count) => ({ stop: timesOf(count, () => '') }),
  'alike stop': (count) => ({ stop: timesOf(count, (index) => 'a'.repeat((index % 64) + 1)) }),
  logit_bias: (count) => ({ logit_bias: keysOf(count) }),
  stream_options: (count) => ({ stream: true, stream_options: keysOf(count) }),
  'unknown fields': keysOf,
}

/** The growable fields of `/v1/chat/completions`. */
export const CHAT_COMPLETIONS_GROWTH: GrowableFields = {
  texts: {
    'messages[].content': (text) => userMessage(text),
    'messages[].content[].text': (text) => userMessage([part(text)]),
    'the text of a system': (text) => ({ messages: [{ role: 'system', content: text }, user('a')] }),
    'the text of an assistant': (text) => ({
      messages: [user('a'), { role: 'assistant', content: text }, user('b')],
    }),
    'the result of a tool': (text) => called('look', '{}', text),
    'tools[].function.description': (text) => ({ tools: [tool({ ...LOOK, description: text })] }),
    'the arguments of a call': (text) => called('look', JSON.stringify({ at: text }), 'y'),
    'the arguments of a call, as they stand': (text) => called('look', text, 'y'),
    'the thinking of an assistant': (text) => ({
      messages: [user('a'), { role: 'assistant', content: 'b', reasoning_content: text }, user('c')],
    }),
  },
  names: {
    ...BOTH_NAMES,
    'messages[].name': (text) => ({ messages: [{ ...user('a'), name: text }] }),
    role: (text) => ({ messages: [{ role: text, content: 'a' }] }),
    'the type of a part': (text) => userMessage([{ type: text }]),
    'the address of a picture': (text) => userMessage([picture(`https://x/${text}`)]),
    'the data of a picture': (text) => userMessage([picture(`data:image/png;base64,${text}`)]),
    'the media type of a picture': (text) => userMessage([picture(`data:${text};base64,AAAA`)]),
    'tools[].function.name': (text) => ({ tools: [tool({ ...LOOK, name: text })] }),
    'tool_choice.function.name': (text) => ({
      tools: [tool(LOOK)],
      tool_choice: { type: 'function', function: { name: text } },
    }),
    'the name of a call': (text) => called(text, '{}', 'y'),
    'the id of a call': (text) => called('look', '{}', 'y', text),
    'response_format.json_schema.name': (text) => ({
      response_format: { type: 'json_schema', json_schema: { name: text, schema: { type: 'object' } } },
    }),
  },
  lists: {
    ...BOTH_LISTS,
    'messages, by turns': (count) => ({
      messages: timesOf(count, (index) => ({ role: index % 2 ? 'assistant' : 'user', content: 'a' })),
    }),
    'messages of users': (count) => ({ messages: timesOf(count, () => user('a')) }),
    'messages of assistants': (count) => ({
      messages: [...timesOf(count, () => ({ role: 'assistant', content: 'a' })), user('b')],
    }),
    'messages of systems': (count) => ({
      messages: [...timesOf(count, () => ({ role: 'system', content: 'a' })), user('b')],
    }),
    'messages of tools': (count) => ({
      messages: [
        user('a'),
        ...timesOf(count, () => ({ role: 'tool', tool_call_id: 'call_1', content: 'b' })),
      ],
    }),
    'messages of users with pictures': (count) => ({ messages: timesOf(count, () => user([picture(PNG)])) }),
    'messages of functions': (count) => ({
      messages: [user('a'), ...timesOf(count, () => ({ role: 'function', name: 'look', content: 'b' }))],
    }),
    'messages[].content': (count) => userMessage(timesOf(count, () => part('a'))),
    pictures: (count) => userMessage(timesOf(count, () => picture(PNG))),
    'calls and their results': (count) => ({
      messages: [
        user('a'),
        { role: 'assistant', content: null, tool_calls: timesOf(count, (index) => call(`call_${index}`)) },
        ...timesOf(count, (index) => ({ role: 'tool', tool_call_id: `call_${index}`, content: 'y' })),
      ],
      tools: [tool(LOOK)],
    }),
    'calls of one id': (count) => ({
      messages: [
        user('a'),
        { role: 'assistant', content: null, tool_calls: timesOf(count, () => call('call_1')) },
        { role: 'tool', tool_call_id: 'call_1', content: 'y' },
      ],
      tools: [tool(LOOK)],
    }),
    'calls, turn by turn': (count) => ({
      messages: [
        user('a'),
        ...timesOf(count, (index) => [
          { role: 'assistant', content: null, tool_calls: [call(`call_${index}`)] },
          { role: 'tool', tool_call_id: `call_${index}`, content: 'y' },
        ]).flat(),
      ],
      tools: [tool(LOOK)],
    }),
    'the content of a result': (count) =>
      called(
        'look',
        '{}',
        timesOf(count, () => part('a')),
      ),
    'the keys of arguments': (count) => called('look', JSON.stringify(keysOf(count)), 'y'),
    'the depth of arguments': (count) => called('look', JSON.stringify({ at: depthOf(count) }), 'y'),
    tools: (count) => ({ tools: timesOf(count, (index) => tool({ ...LOOK, name: `look${index}` })) }),
    'tools of one name': (count) => ({ tools: timesOf(count, () => tool(LOOK)) }),
    thinking: (count) => ({ thinking: { type: 'enabled', budget_tokens: 1024, ...keysOf(count) } }),
    functions: (count) => ({ functions: timesOf(count, (index) => ({ ...LOOK, name: `look${index}` })) }),
  },
  schemas: {
    'response_format.json_schema.schema': (schema) => ({
      response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
    }),
    'tools[].function.parameters': (schema) => ({
      tools: [
        tool({
          ...LOOK,
          parameters: { type: 'object', properties: { at: schema }, ...definitionsOf(schema) },
        }),
      ],
      tool_choice: 'required',
    }),
  },
}

/** The growable fields of `/v1/completions`. */
export const TEXT_COMPLETIONS_GROWTH: GrowableFields = {
  texts: { prompt: (text) => ({ prompt: text }), 'prompt[]': (text) => ({ prompt: [text] }) },
  names: { ...BOTH_NAMES, suffix: (text) => ({ suffix: text }) },
  lists: {
    ...BOTH_LISTS,
    prompt: (count) => ({ prompt: timesOf(count, () => 'a') }),
    'prompts of tokens': (count) => ({ prompt: timesOf(count, () => [1]) }),
    'wrong prompts': (count) => ({ prompt: timesOf(count, () => ({})) }),
    'tokens of a prompt': (count) => ({ prompt: timesOf(count, (index) => index) }),
  },
  schemas: {},
}

const PNG = 'data:image/png;base64,iVBORw0KGgo='
const LOOK = { name: 'look', description: 'Looks', parameters: { type: 'object', properties: {} } }
const user = (content: unknown) => ({ role: 'user', content })
const userMessage = (content: unknown): Fields => ({ messages: [user(content)] })
const part = (text: string) => ({ type: 'text', text })
const picture = (url: string) => ({ type: 'image_url', image_url: { url } })
const tool = (described: Fields) => ({ type: 'function', function: described })
const call = (id: string, name = 'look', text = '{}') => ({
  id,
  type: 'function',
  function: { name, arguments: text },
})

/** References begin at the root. */
function definitionsOf({ $defs }: Fields): Fields {
  return $defs === undefined ? {} : { $defs }
}

function called(name: string, text: string, content: unknown, id = 'call_1'): Fields {
  return {
    messages: [
      user('a'),
      { role: 'assistant', content: null, tool_calls: [call(id, name, text)] },
      { role: 'tool', tool_call_id: id, content },
    ],
    tools: [tool(LOOK)],
  }
}
