import { depthOf, type Fields, type GrowableFields, keysOf, timesOf } from './growable-fields.ts'

/** The growable fields of `/v1/responses`. */
export const RESPONSES_GROWTH: GrowableFields = {
  texts: {
    input: (text) => ({ input: text }),
    'input[].content': (text) => inputOf(user(text)),
    'input[].content[].text': (text) => inputOf(user([part(text)])),
    'the text of a system': (text) => inputOf({ role: 'developer', content: text }, user('a')),
    'the text of an assistant': (text) => inputOf(user('a'), assistant(text), user('b')),
    instructions: (text) => ({ instructions: text }),
    'the output of a function': (text) => inputOf(...called('{}', text)),
    'the arguments of a function': (text) => inputOf(...called(JSON.stringify({ at: text }), 'y')),
    'the arguments of a function, as they stand': (text) => inputOf(...called(text, 'y')),
    'the input of a custom tool': (text) =>
      inputOf(user('a'), { type: 'custom_tool_call', call_id: 'c', name: 'patch', input: text }, user('b')),
    'a summary of reasoning': (text) => inputOf(user('a'), reasoning([summary(text)]), user('b')),
    'tools[].description': (text) => ({ tools: [{ ...LOOK, description: text }] }),
  },
  names: {
    model: (text) => ({ model: text }),
    user: (text) => ({ user: text }),
    'an unknown field': (text) => ({ [text]: 1 }),
    role: (text) => inputOf({ role: text, content: 'a' }),
    'the type of an item': (text) => inputOf({ type: text }),
    'the type of a part': (text) => inputOf(user([{ type: text }])),
    'the id of an item': (text) => inputOf({ ...user('a'), id: text }),
    'a reference': (text) => inputOf({ type: 'item_reference', id: text }),
    'encrypted content': (text) =>
      inputOf(user('a'), { ...reasoning([]), encrypted_content: `continuo:${text}` }, user('b')),
    'the address of a picture': (text) => inputOf(user([picture(`https://x/${text}`)])),
    'the data of a picture': (text) => inputOf(user([picture(`data:image/png;base64,${text}`)])),
    'tools[].name': (text) => ({ tools: [{ ...LOOK, name: text }] }),
    'the name of a namespace': (text) => ({ tools: [{ type: 'namespace', name: text, tools: [LOOK] }] }),
    'the namespace of a call': (text) => inputOf(...called('{}', 'y', { namespace: text })),
    'the type of a tool': (text) => ({ tools: [{ type: text }] }),
    'tool_choice.name': (text) => ({ tools: [LOOK], tool_choice: { type: 'function', name: text } }),
    'tool_choice.type': (text) => ({ tools: [LOOK], tool_choice: { type: text } }),
    'the name of a call': (text) => inputOf(...called('{}', 'y', { name: text })),
    'the id of a call': (text) => inputOf(...called('{}', 'y', { call_id: text })),
    'reasoning.effort': (text) => ({ reasoning: { effort: text } }),
    'text.format.name': (text) => ({
      text: { format: { type: 'json_schema', name: text, schema: { type: 'object' } } },
    }),
    truncation: (text) => ({ truncation: text }),
    prompt_cache_key: (text) => ({ prompt_cache_key: text }),
    previous_response_id: (text) => ({ previous_response_id: text }),
  },
  lists: {
    'items of users': (count) => ({ input: timesOf(count, () => user('a')) }),
    'items by turns': (count) => ({
      input: timesOf(count, (index) => (index % 2 ? assistant('a') : user('a'))),
    }),
    'items of developers': (count) => ({
      input: [...timesOf(count, () => ({ role: 'developer', content: 'a' })), user('b')],
    }),
    'items of reasoning': (count) => ({
      input: [user('a'), ...timesOf(count, () => reasoning([summary('b')])), user('c')],
    }),
    'items of web searches': (count) => ({
      input: [user('a'), ...timesOf(count, () => ({ type: 'web_search_call', id: 'ws_1' }))],
    }),
    'wrong items': (count) => ({ input: timesOf(count, () => 7) }),
    'calls and their outputs': (count) => ({
      input: [
        user('a'),
        ...timesOf(count, (index) => called('{}', 'y', { call_id: `c${index}` }).slice(1)).flat(),
      ],
      tools: [LOOK],
    }),
    'input[].content': (count) => inputOf(user(timesOf(count, () => part('a')))),
    'wrong parts': (count) => inputOf(user(timesOf(count, () => 7))),
    pictures: (count) => inputOf(user(timesOf(count, () => picture(PNG)))),
    'parts of an output': (count) =>
      inputOf(
        ...called(
          '{}',
          timesOf(count, () => part('a')),
        ),
      ),
    'the keys of arguments': (count) => inputOf(...called(JSON.stringify(keysOf(count)), 'y')),
    'the depth of arguments': (count) => inputOf(...called(JSON.stringify({ at: depthOf(count) }), 'y')),
    'parts of a summary': (count) =>
      inputOf(user('a'), reasoning(timesOf(count, () => summary('b'))), user('c')),
    tools: (count) => ({ tools: timesOf(count, (index) => ({ ...LOOK, name: `look${index}` })) }),
    'tools of one name': (count) => ({ tools: timesOf(count, () => LOOK) }),
    'tools of other servers': (count) => ({ tools: timesOf(count, () => ({ type: 'web_search' })) }),
    'tools of a namespace': (count) => ({
      tools: [
        {
          type: 'namespace',
          name: 'sky',
          tools: timesOf(count, (index) => ({ ...LOOK, name: `look${index}` })),
        },
      ],
    }),
    namespaces: (count) => ({
      tools: timesOf(count, (index) => ({ type: 'namespace', name: `sky${index}`, tools: [LOOK] })),
    }),
    'wrong tools': (count) => ({ tools: timesOf(count, () => 7) }),
    'tool_choice.tools': (count) => ({
      tools: [LOOK],
      tool_choice: {
        type: 'allowed_tools',
        mode: 'auto',
        tools: timesOf(count, (index) => ({ type: 'function', name: `look${index}` })),
      },
    }),
    metadata: (count) => ({ metadata: keysOf(count) }),
    reasoning: (count) => ({ reasoning: keysOf(count) }),
    text: (count) => ({ text: keysOf(count) }),
    include: (count) => ({ include: timesOf(count, (index) => `a${index}`) }),
    stream_options: (count) => ({ stream: true, stream_options: keysOf(count) }),
    'unknown fields': keysOf,
  },
  schemas: {
    'text.format.schema': (schema) => ({ text: { format: { type: 'json_schema', name: 'x', schema } } }),
    'tools[].parameters': (schema) => ({
      tools: [
        { ...LOOK, parameters: { type: 'object', properties: { at: schema }, ...definitionsOf(schema) } },
      ],
      tool_choice: 'required',
    }),
  },
}

const PNG = 'data:image/png;base64,iVBORw0KGgo='
const LOOK = {
  type: 'function',
  name: 'look',
  description: 'Looks',
  parameters: { type: 'object', properties: {} },
  strict: false,
}
const inputOf = (...input: Fields[]): Fields => ({ input })
const user = (content: unknown) => ({ role: 'user', content })
const assistant = (content: unknown) => ({ role: 'assistant', content })
const part = (text: string) => ({ type: 'input_text', text })
const summary = (text: string) => ({ type: 'summary_text', text })
const reasoning = (summaries: unknown) => ({ type: 'reasoning', id: 'rs_1', summary: summaries })
const picture = (url: string) => ({ type: 'input_image', image_url: url })

function called(text: string, output: unknown, change: Fields = {}): Fields[] {
  const call = { type: 'function_call', call_id: 'c', name: 'look', arguments: text, ...change }
  return [user('a'), call, { type: 'function_call_output', call_id: call.call_id, output }]
}

/** References begin at the root. */
function definitionsOf({ $defs }: Fields): Fields {
  return $defs === undefined ? {} : { $defs }
}
