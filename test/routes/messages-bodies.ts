import { BROWSER, COMPUTER, EDITOR, LOOK, SCREEN } from './messages-tools.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * Bodies of `/v1/messages` that together have every field, every type of block wherever it may be, and every form of
 * what has several. `test/growth/known-fields.process.test.ts` compares them with the schemas.
 */
export function messagesBodies(modelId: string): readonly Record<string, unknown>[] {
  const short = { model: modelId, max_tokens: 8, messages: [{ role: 'user', content: 'Hi' }] }
  return [
    fullBody(modelId),
    ...OTHER_FORMS.map((fields) => ({ ...short, ...fields })),
    ...REFUSED_BLOCKS.map((block) => ({ ...short, messages: [{ role: 'user', content: [block] }] })),
    ...MARKED_MESSAGES.map((messages) => ({ ...short, tools: [LOOK], messages })),
    { ...short, messages: [{ role: 'user', content: SERVER_BLOCK_TYPES.map((type) => ({ type })) }] },
  ]
}

const LONG = { type: 'ephemeral', ttl: '1h', scope: 'global' }
const SHORT = { type: 'ephemeral', ttl: '5m' }

const PNG = { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' }
const TEXT = {
  type: 'text',
  text: 'Hi',
  citations: [{ type: 'char_location', cited_text: 'The sky.' }],
  cache_control: null,
}
const IMAGE = { type: 'image', source: PNG, transformations: { crop: [1, 2] }, cache_control: null }
const IMAGE_ELSEWHERE = { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } }
const DOCUMENT = {
  type: 'document',
  title: 'A',
  context: 'B',
  citations: { enabled: false },
  source: { type: 'text', media_type: 'text/plain', data: 'The sky.' },
  cache_control: null,
}
const DOCUMENT_OF_BLOCKS = {
  type: 'document',
  source: { type: 'content', content: [TEXT, IMAGE, IMAGE_ELSEWHERE] },
}
const DOCUMENT_OF_TEXT = { type: 'document', source: { type: 'content', content: 'The sky.' } }
const SEARCH_RESULT = {
  type: 'search_result',
  source: 'https://a.example/b',
  title: 'A',
  content: [TEXT],
  citations: { enabled: false },
  cache_control: null,
}
const REFERENCE = { type: 'tool_reference', tool_name: 'look', cache_control: null }

const BROWSER_STATE = {
  type: 'browser_state',
  tabs: [{ tab_id: 'a', url: 'https://a.example', title: 'A', active: true }],
  state_changes: [{ type: 'tab_opened', tab_id: 'a' }],
  cache_control: null,
}

const SYSTEM_MESSAGE = {
  role: 'system',
  content: [TEXT],
  clear_at: 'next_user_turn',
  output_config: { effort: 'low' },
}

const MESSAGES = [
  SYSTEM_MESSAGE,
  {
    role: 'user',
    content: [
      TEXT,
      IMAGE,
      IMAGE_ELSEWHERE,
      { ...DOCUMENT, cache_control: SHORT },
      DOCUMENT_OF_BLOCKS,
      DOCUMENT_OF_TEXT,
      SEARCH_RESULT,
    ],
  },
  {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'c2ln' },
      TEXT,
      {
        type: 'tool_use',
        id: 'toolu_1',
        name: 'look',
        input: { at: 'x', deep: { list: [1] } },
        caller: { type: 'direct' },
        toolset_name: 'a',
        cache_control: null,
      },
      { type: 'tool_use', id: 'toolu_2', name: 'look', input: {} },
    ],
  },
  {
    role: 'user',
    content: [
      {
        type: 'tool_result',
        tool_use_id: 'toolu_1',
        content: [
          TEXT,
          IMAGE,
          IMAGE_ELSEWHERE,
          DOCUMENT,
          DOCUMENT_OF_BLOCKS,
          DOCUMENT_OF_TEXT,
          REFERENCE,
          BROWSER_STATE,
        ],
        is_error: false,
        toolset_name: 'a',
        cache_control: null,
      },
      // Beside other blocks they are refused.
      { type: 'tool_result', tool_use_id: 'toolu_2', content: [SEARCH_RESULT, SEARCH_RESULT] },
    ],
  },
  { role: 'user', content: 'Go on' },
  SYSTEM_MESSAGE,
]

const TOOL_EDIT = {
  type: 'clear_tool_uses_20250919',
  trigger: { type: 'tool_uses', value: 1 },
  keep: { type: 'tool_uses', value: 1 },
  clear_at_least: { type: 'input_tokens', value: 1 },
  exclude_tools: ['look'],
  clear_tool_inputs: ['look'],
}

/** All that a vision model with tools and thinking accepts at once. */
function fullBody(modelId: string): Record<string, unknown> {
  return {
    model: modelId,
    max_tokens: 8,
    system: [{ ...TEXT, text: 'Be brief.', cache_control: LONG }],
    messages: MESSAGES,
    tools: [LOOK, EDITOR, COMPUTER, BROWSER],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    thinking: {
      type: 'enabled',
      budget_tokens: 1024,
      display: 'summarized',
      block_binding: { type: 'none' },
    },
    output_config: {
      effort: 'low',
      format: { type: 'json_schema', schema: { type: 'object' }, name: 'x' },
      task_budget: { type: 'tokens', total: 1_000 },
    },
    context_management: {
      edits: [{ type: 'clear_thinking_20251015', keep: { type: 'thinking_turns', value: 1 } }, TOOL_EDIT],
    },
    cache_control: SHORT,
    inference_geo: 'us',
    user_profile_id: 'a',
    speed: 'fast',
    fallbacks: [{ model: 'a' }],
    fallback_credit_token: 'a',
    diagnostics: { a: 1 },
    workspace_id: 'a',
    billing_policy: { a: 1 },
    compaction: { a: 1 },
    metadata: { user_id: 'u' },
    stop_sequences: ['END'],
    service_tier: 'auto',
    temperature: 1,
    top_k: 5,
    top_p: 0.9,
    stream: false,
  }
}

/** Fields with another form than in the full body, and those that servers refuse by default. */
const OTHER_FORMS: readonly Json[] = [
  {
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: 'It' },
    ],
  },
  {
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'system', content: 'Be brief.' },
    ],
  },
  {
    messages: [
      {
        role: 'user',
        // On all documents of a request, or on none; and not beside a schema.
        content: [DOCUMENT, DOCUMENT_OF_BLOCKS, DOCUMENT_OF_TEXT, SEARCH_RESULT].map((block) => ({
          ...block,
          citations: { enabled: true },
        })),
      },
    ],
  },
  { system: 'Be brief.' },
  { output_format: { type: 'json_schema', schema: { type: 'object' }, name: 'x' } },
  ...['auto', 'any', 'tool', 'none'].map((type) => ({
    tools: [LOOK],
    tool_choice: {
      type,
      ...(type === 'tool' ? { name: 'look' } : {}),
      ...(type === 'none' ? {} : { disable_parallel_tool_use: false }),
    },
  })),
  ...['adaptive', 'between_tools', 'disabled'].map((type) => ({
    thinking: { type, display: 'summarized', block_binding: { type: 'none' } },
  })),
  ...['all', { type: 'all' }].map((keep) => ({
    thinking: { type: 'adaptive' },
    context_management: { edits: [{ type: 'clear_thinking_20251015', keep }] },
  })),
  { context_management: { edits: [{ ...TOOL_EDIT, clear_tool_inputs: true }] } },
  { context_management: { edits: [{ type: 'compact_20260112' }] } },
  { tools: [{ ...EDITOR, cache_control: SHORT }] },
  { tools: [{ ...COMPUTER, cache_control: SHORT }] },
  {
    tools: [
      { ...BROWSER, cache_control: SHORT },
      { type: 'computer_20241022', ...SCREEN },
    ],
  },
  { tools: [{ type: 'computer_toolset_20260801', configs: null }] },
  { container: { id: 'a', skills: [{ skill_id: 'a' }] } },
  { mcp_servers: [{ type: 'url', url: 'https://a.example', name: 'a' }] },
  { thread: { id: 'a' } },
  { tools: [{ type: 'web_search_20250305', name: 'web_search', allowed_domains: ['a.example'] }] },
]

const REFUSED_BLOCKS = [
  { type: 'image', source: { type: 'file', file_id: 'file_1' } },
  { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' } },
  { type: 'document', source: { type: 'url', url: 'https://a.example/b.pdf' } },
  { type: 'document', source: { type: 'file', file_id: 'file_1' } },
]

const USE = { type: 'tool_use', id: 'toolu_1', name: 'look', input: {}, cache_control: SHORT }
const RESULT = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'y', cache_control: SHORT }

/** With the other breakpoints, of which a request may have four. */
const MARKED_MESSAGES = [
  [TEXT, IMAGE, SEARCH_RESULT].map((block) => ({
    role: 'user',
    content: [{ ...block, cache_control: SHORT }],
  })),
  [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: [USE] },
    {
      role: 'user',
      content: [
        {
          ...RESULT,
          content: [
            { ...REFERENCE, cache_control: SHORT },
            { ...BROWSER_STATE, cache_control: SHORT },
          ],
        },
      ],
    },
  ],
]

/** Left out of requests, or refused. */
const SERVER_BLOCK_TYPES = [
  'server_tool_use',
  'web_search_tool_result',
  'web_fetch_tool_result',
  'code_execution_tool_result',
  'bash_code_execution_tool_result',
  'text_editor_code_execution_tool_result',
  'tool_search_tool_result',
  'mcp_tool_use',
  'mcp_tool_result',
] as const
