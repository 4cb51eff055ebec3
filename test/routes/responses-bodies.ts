type Json = Readonly<Record<string, unknown>>

/** Stands for the id of an item that a server keeps; see `withKeptItem`. */
const KEPT_ITEM = 'msg_kept'

/** A body in which the item that is referred to is one that the server has kept, which has the id `id`. */
export function withKeptItem(json: string, id: string): string {
  return json.replaceAll(KEPT_ITEM, id)
}

const LOOK = {
  type: 'function',
  name: 'look',
  description: 'Looks',
  parameters: { type: 'object', properties: { at: { type: 'string' } } },
  strict: false,
}
const PATCH = { type: 'custom', name: 'patch', description: 'Patches', format: { type: 'text' } }
const TEXT = { type: 'input_text', text: 'Hi' }
const PICTURE = { type: 'input_image', image_url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'auto' }
const REASONING = {
  type: 'reasoning',
  id: 'rs_1',
  summary: [{ type: 'summary_text', text: 'Hm.' }],
  content: null,
  encrypted_content: 'continuo:c2ln',
}

const ITEMS = [
  { role: 'developer', content: 'No jokes.' },
  { role: 'system', content: [TEXT] },
  { type: 'message', role: 'user', id: 'msg_1', status: 'completed', content: [TEXT, PICTURE] },
  REASONING,
  { ...REASONING, content: [{ type: 'reasoning_text', text: 'Hm.' }] },
  {
    type: 'message',
    role: 'assistant',
    content: [
      {
        type: 'output_text',
        text: 'Hello.',
        annotations: [{ type: 'url_citation', url: 'https://a.example' }],
      },
      { type: 'refusal', refusal: 'No.' },
    ],
  },
  { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{"at":"x"}' },
  { type: 'function_call_output', call_id: 'call_1', output: [TEXT, PICTURE] },
  { type: 'function_call', call_id: 'call_3', name: 'look', namespace: 'sky', arguments: '{}' },
  { type: 'function_call_output', call_id: 'call_3', output: 'z' },
  { type: 'custom_tool_call', id: 'ctc_1', call_id: 'call_2', name: 'patch', input: 'a' },
  { type: 'custom_tool_call_output', call_id: 'call_2', output: [TEXT, PICTURE] },
  { type: 'web_search_call', id: 'ws_1', action: { type: 'search', query: 'a' } },
  { role: 'user', content: 'What is 2 + 3?' },
]

/** Bodies of `/v1/responses` that together have every field and form; see `messagesBodies`. */
export function responsesBodies(modelId: string): readonly Record<string, unknown>[] {
  const full = {
    model: modelId,
    instructions: 'Be brief.',
    input: ITEMS,
    tools: [LOOK, PATCH, { type: 'web_search' }, { type: 'namespace', name: 'sky', tools: [LOOK] }],
    tool_choice: 'auto',
    parallel_tool_calls: false,
    max_output_tokens: 8,
    temperature: 1,
    top_p: 0.9,
    stream: false,
    store: false,
    reasoning: { effort: 'low', summary: 'auto' },
    text: {
      format: { type: 'json_schema', name: 'x', schema: { type: 'object' }, strict: false },
      verbosity: 'low',
    },
    include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
    top_logprobs: 2,
    metadata: { a: 'b' },
    truncation: 'disabled',
    user: 'u',
    prompt_cache_key: 'k',
  }
  return [
    full,
    ...OTHER_FORMS.map((fields) => ({ model: modelId, input: 'Hi', max_output_tokens: 8, ...fields })),
  ]
}

const OTHER_FORMS: readonly Json[] = [
  { tools: [LOOK], tool_choice: { type: 'function', name: 'look' } },
  {
    tools: [LOOK, { type: 'namespace', name: 'sky', tools: [LOOK] }],
    tool_choice: { type: 'function', name: 'look', namespace: 'sky' },
  },
  {
    tools: [{ type: 'namespace', name: 'sky', tools: [LOOK] }],
    tool_choice: {
      type: 'allowed_tools',
      mode: 'auto',
      tools: [{ type: 'function', name: 'look', namespace: 'sky' }],
    },
  },
  {
    tools: [LOOK],
    tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'look' }] },
  },
  {
    input: [
      { role: 'user', content: 'Hi' },
      { type: 'item_reference', id: KEPT_ITEM },
      { role: 'user', content: 'Hi' },
    ],
  },
  {
    input: [
      { role: 'user', content: [{ type: 'input_image', image_url: { url: 'https://a.example/b.png' } }] },
    ],
  },
  { previous_response_id: 'resp_1' },
  { conversation: { id: 'conv_1' } },
  { prompt: { id: 'pmpt_1', variables: { a: 'b' } } },
  { background: true },
]
