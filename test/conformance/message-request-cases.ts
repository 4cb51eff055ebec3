import { expect } from 'vitest'
import { type ConformanceCase, expectError } from './conformance-case.ts'
import { HI, messageOf, messageRefusal, messageSuccess, sendMessage } from './message-case.ts'

const text = (words: string) => ({ type: 'text', text: words })
const user = (...content: unknown[]) => ({ role: 'user', content })
const assistant = (...content: unknown[]) => ({ role: 'assistant', content })
const PICTURE = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }
const PDF = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'AA==' } }

/** The body of a message: accepted fields, and refusals with their texts. */
export const MESSAGE_REQUEST_CASES: readonly ConformanceCase[] = [
  messageRefusal('M2.1a', 'no model', { without: ['model'] }, 'model: Field required'),
  messageRefusal('M2.1a', 'no messages', { without: ['messages'] }, 'messages: Field required'),
  messageRefusal('M2.1a', 'no max_tokens', { without: ['max_tokens'] }, 'max_tokens: Field required'),
  messageRefusal('M2.1b', 'an unknown field', { body: { foo: 1 } }, 'foo: Extra inputs are not permitted'),
  messageRefusal(
    'M2.1b',
    'a field of Text Completions',
    { body: { prompt: 'x' } },
    'prompt: Extra inputs are not permitted',
  ),
  {
    number: 'M2.1c',
    title: 'max_tokens 0, which only caches the prompt',
    check: async (server) => {
      const message = await messageOf(await sendMessage(server, { body: { max_tokens: 0 } }))
      expect(message).toMatchObject({ content: [], stop_reason: 'max_tokens', usage: { output_tokens: 0 } })
    },
  },
  messageRefusal(
    'M2.1c',
    'max_tokens −1',
    { body: { max_tokens: -1 } },
    'max_tokens: Input should be greater than or equal to 0',
  ),
  messageRefusal(
    'M2.1c',
    'max_tokens "5"',
    { body: { max_tokens: '5' } },
    'max_tokens: Input should be a valid integer',
  ),
  messageRefusal('M2.1d', 'temperature 1.1', { body: { temperature: 1.1 } }, 'temperature: range: 0..1'),
  messageRefusal(
    'M2.1e',
    'a blank stop sequence',
    { body: { stop_sequences: ['\n'] } },
    'stop_sequences: each stop sequence must contain non-whitespace',
  ),
  messageRefusal(
    'M2.1f',
    'metadata of another name',
    { body: { metadata: { x: 1 } } },
    'metadata.x: Extra inputs are not permitted',
  ),
  messageRefusal(
    'M2.1g',
    'an unknown service tier',
    { body: { service_tier: 'x' } },
    "service_tier: Input should be 'auto' or 'standard_only'",
  ),
  messageSuccess('M2.1h', 'fields without effect', {
    body: {
      metadata: { user_id: null },
      service_tier: 'auto',
      top_p: 0.7,
      top_k: 5,
      temperature: 1,
      inference_geo: 'x',
      user_profile_id: 'x',
      speed: 'standard',
      output_config: { effort: 'low' },
      thinking: { type: 'adaptive', display: 'summarized' },
      stream: false,
    },
    headers: { 'anthropic-beta': 'string,message-batches-2024-09-24' },
  }),
  messageSuccess('M2.1h', 'null in every optional field', {
    body: Object.fromEntries(
      [
        ...['system', 'tools', 'tool_choice', 'thinking', 'stop_sequences', 'temperature', 'top_p', 'top_k'],
        ...['metadata', 'service_tier', 'stream', 'output_format', 'output_config', 'context_management'],
        ...['container', 'mcp_servers', 'cache_control', 'thread'],
      ].map((field) => [field, null]),
    ),
  }),
  messageSuccess('M2.1i', 'the query of beta calls', { path: '/v1/messages?beta=true&scope_id=x' }),
  messageRefusal(
    'M2.1j',
    'a max_tokens beyond the window, strict',
    { body: { max_tokens: 1_000_000 } },
    /^max_tokens: 1000000 > \d+, which is the maximum allowed number of output tokens for claude-opus-4-5-20251101$/,
    { rules: { refuseExcessTokens: true } },
  ),
  ...['temperature', 'top_p', 'top_k'].map((field) =>
    messageRefusal(
      'M2.1k',
      `${field} in version 2026-10-21, strict`,
      {
        headers: { 'anthropic-version': '2026-10-21' },
        body: { [field]: 1 },
        without: ['temperature', 'top_p', 'top_k'].filter((other) => other !== field),
      },
      `${field}: Extra inputs are not permitted`,
      { rules: { strictVersions: true } },
    ),
  ),
  messageSuccess('M2.1k', 'sampling parameters in version 2026-10-21', {
    headers: { 'anthropic-version': '2026-10-21' },
    body: { temperature: 1 },
  }),
  messageRefusal('M2.1l', 'a container', { body: { container: 'x' } }, /^container: /),
  messageRefusal('M2.1l', 'MCP servers', { body: { mcp_servers: [{}] } }, /^mcp_servers: /),
  messageSuccess(
    'M2.1l',
    'both, where they are ignored',
    { body: { container: 'x', mcp_servers: [{ type: 'url', name: 'x', url: 'http://x.example' }] } },
    { rules: { ignoreServerTools: true } },
  ),

  messageRefusal(
    'M2.2a',
    'no message',
    { body: { messages: [] } },
    'messages: at least one message is required',
  ),
  messageRefusal(
    'M2.2b',
    'the role system',
    { body: { messages: [{ role: 'system', content: 'x' }] } },
    'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
    { rules: { strictRequests: true } },
  ),
  messageSuccess('M2.2b', 'the role system, anywhere', {
    body: {
      messages: [
        { role: 'system', content: 'x' },
        HI,
        { role: 'system', content: [{ type: 'text', text: 'y' }], clear_at: null },
      ],
    },
  }),
  messageRefusal(
    'M2.2b',
    'another role',
    { body: { messages: [{ role: 'x', content: 'x' }] } },
    "messages.0.role: Input should be 'user' or 'assistant'",
  ),
  messageRefusal(
    'M2.2c',
    'no content',
    { body: { messages: [{ role: 'user' }] } },
    'messages.0.content: Field required',
  ),
  messageRefusal(
    'M2.2c',
    'an unknown field of a message',
    { body: { messages: [{ ...HI, name: 'x' }] } },
    'messages.0.name: Extra inputs are not permitted',
  ),
  messageRefusal(
    'M2.2d',
    'an empty text',
    { body: { messages: [user(text(''))] } },
    'messages: text content blocks must be non-empty',
  ),
  messageRefusal(
    'M2.2d',
    'an empty message',
    { body: { messages: [HI, { role: 'assistant', content: '' }, HI] } },
    'messages.1: all messages must have non-empty content except for the optional final assistant message',
  ),
  messageSuccess('M2.2d', 'an empty last message of the assistant', {
    body: { messages: [HI, { role: 'assistant', content: '' }] },
  }),
  messageRefusal(
    'M2.2e',
    'a prefill that ends in white space',
    { body: { messages: [HI, { role: 'assistant', content: 'Hello ' }] } },
    'messages: final assistant content cannot end with trailing whitespace',
  ),
  messageRefusal(
    'M2.2f',
    'a block without a type',
    { body: { messages: [user({ text: 'x' })] } },
    "messages.0.content.0: Unable to extract tag using discriminator 'type'",
  ),
  messageRefusal(
    'M2.2f',
    'a block of an unknown type',
    { body: { messages: [HI, user(text('x'), { type: 'x' })] } },
    /^messages\.1\.content\.1: Input tag 'x' found using 'type' does not match any of the expected tags: 'text', /,
  ),
  messageRefusal(
    'M2.2f',
    'an unknown field of a block',
    { body: { messages: [user({ ...text('x'), y: 1 })] } },
    'messages.0.content.0.text.y: Extra inputs are not permitted',
  ),
  messageRefusal(
    'M2.2g',
    'a PDF that is none',
    { body: { messages: [user(text('x'), PDF)] } },
    'messages.0.content.1.pdf.source.base64.data: The PDF specified was not valid.',
  ),
  messageSuccess('M2.2h', 'blocks without effect', {
    body: {
      system: [{ ...text('Be brief.'), cache_control: { type: 'ephemeral', ttl: '1h' } }],
      messages: [
        user({ ...text('Hi'), cache_control: { type: 'ephemeral' }, citations: null }),
        assistant(
          { type: 'thinking', thinking: 'x', signature: 'y' },
          { type: 'redacted_thinking', data: 'x' },
          text('Hello.'),
        ),
        user(
          {
            type: 'search_result',
            source: 's',
            title: 't',
            content: [text('c')],
            citations: { enabled: true },
          },
          text('And?'),
        ),
      ],
    },
  }),
  messageSuccess('M2.2i', 'blocks of server tools', {
    body: {
      messages: [
        HI,
        assistant({ type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }),
        HI,
      ],
    },
  }),
  messageRefusal(
    'M2.2i',
    'blocks of server tools, strict',
    {
      body: {
        messages: [
          HI,
          assistant({ type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }),
          HI,
        ],
      },
    },
    "messages.1.content.0: 'server_tool_use' blocks are not available on this server.",
    { rules: { refuseServerBlocks: true } },
  ),
  {
    number: 'M2.2j',
    title: 'a picture reaches a vision model, and no other',
    check: async (server) => {
      const response = await sendMessage(server, { body: { messages: [user(text('What is it?'), PICTURE)] } })
      if (server.requests === undefined) {
        const message =
          "messages.0.content.1: Image input is not supported by model 'claude-opus-4-5-20251101'."
        await expectError(response, 400, 'invalid_request_error', message)
        return
      }
      await messageOf(response)
      expect(server.requests[0]?.prompt.turns[0]?.parts).toEqual([
        { type: 'text', text: 'What is it?' },
        { type: 'image', mediaType: 'image/png', source: { base64: 'iVBORw0KGgo=' } },
      ])
    },
  },
  messageRefusal(
    'M2.8a',
    'five breakpoints',
    {
      body: {
        messages: [
          user(...Array.from({ length: 5 }, () => ({ ...text('x'), cache_control: { type: 'ephemeral' } }))),
        ],
      },
    },
    'A maximum of 4 blocks with cache_control may be provided. Found 5.',
  ),
]
