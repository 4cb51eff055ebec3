type Json = Readonly<Record<string, unknown>>

/** What both routes of the OpenAI style share. */
const GENERATION = {
  max_tokens: 8,
  max_completion_tokens: 8,
  temperature: 1,
  top_p: 0.9,
  n: 1,
  stop: ['END'],
  stream: false,
  stream_options: { include_usage: true },
  seed: 7,
  user: 'u',
  logit_bias: { 7: 1 },
  presence_penalty: 0,
  frequency_penalty: 0,
}

const LOOK = {
  name: 'look',
  description: 'Looks',
  parameters: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
  strict: false,
}
const CALLED = { name: 'look', arguments: '{"at":"x"}' }
const TEXT = { type: 'text', text: 'Hi' }
const IMAGE = {
  type: 'image_url',
  image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'auto' },
}
const AUDIO = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }
const REFUSAL = { type: 'refusal', refusal: 'No.' }

const MESSAGES = [
  { role: 'system', content: 'Be brief.', name: 's' },
  { role: 'developer', content: [TEXT] },
  { role: 'user', content: [TEXT, IMAGE, AUDIO], name: 'u' },
  {
    role: 'assistant',
    content: [TEXT, REFUSAL],
    refusal: 'No.',
    name: 'a',
    audio: { id: 'a' },
    reasoning_content: 'Hm.',
    reasoning: 'Hm.',
    tool_calls: [{ id: 'call_1', type: 'function', function: CALLED }],
    function_call: CALLED,
  },
  { role: 'tool', tool_call_id: 'call_1', content: [TEXT, IMAGE] },
  { role: 'function', name: 'look', content: 'y' },
  { role: 'user', content: 'What is 2 + 3?' },
]

/** Bodies of `/v1/chat/completions` that together have every field and form; see `messagesBodies`. */
export function chatCompletionsBodies(modelId: string): readonly Record<string, unknown>[] {
  const short = { model: modelId, max_tokens: 8, messages: [{ role: 'user', content: 'Hi' }] }
  const full = {
    ...GENERATION,
    model: modelId,
    messages: MESSAGES,
    tools: [{ type: 'function', function: LOOK }],
    tool_choice: 'auto',
    parallel_tool_calls: false,
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'x', description: 'X', strict: true, schema: { type: 'object' } },
    },
    thinking: { type: 'enabled', budget_tokens: 1024 },
    metadata: { a: 'b' },
    modalities: ['text'],
    prediction: { type: 'content', content: 'a' },
    reasoning_effort: 'low',
    store: false,
  }
  return [full, ...OTHER_FORMS.map((fields) => ({ ...short, ...fields }))]
}

const OTHER_FORMS: readonly Json[] = [
  { stop: 'END' },
  { logprobs: true, top_logprobs: 2 },
  { functions: [LOOK], function_call: { name: 'look' } },
  { functions: [LOOK], function_call: 'auto' },
  {
    tools: [{ type: 'function', function: LOOK }],
    tool_choice: { type: 'function', function: { name: 'look' } },
  },
  {
    tools: [{ type: 'function', function: LOOK }],
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'look' } }] },
    },
  },
  {
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'It' },
    ],
  },
  { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: 'https://a.example/b.png' }] }] },
]

/** Bodies of `/v1/completions` that together have every field and form. */
export function textCompletionsBodies(modelId: string): readonly Record<string, unknown>[] {
  const full = {
    ...GENERATION,
    model: modelId,
    prompt: ['Once upon a time'],
    best_of: 1,
    echo: true,
    logprobs: 2,
    suffix: '',
  }
  return [
    full,
    { ...full, prompt: 'Once upon a time', stop: 'END' },
    { ...full, prompt: [1, 2] },
    { ...full, prompt: [[1, 2]] },
    { ...full, prompt: ['Once', 'upon'], n: 2, best_of: 2 },
  ]
}
