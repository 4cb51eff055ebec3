import { expect, it } from 'vitest'
import { COMPLETING_ROUTES } from './routes/completing-routes.ts'
import { ScriptedEngine } from './scripted-engine.ts'
import { createScriptedApp } from './start-scripted-server.ts'

// The same rules hold for every place of a picture in every API.

/** The notation of a picture: an address, a `data:` URL, or its parts. */
interface Picture {
  readonly url: string
  readonly mediaType?: string
  readonly data?: string
}

const model = 'claude-2.1'
const claudeBody = (content: unknown[], before: unknown[] = []) => ({
  model,
  max_tokens: 5,
  tools: [{ name: 'look', input_schema: { type: 'object' } }],
  messages: [...before, { role: 'user', content }],
})
const claudeImage = ({ url, mediaType, data }: Picture) => ({
  type: 'image',
  source: data === undefined ? { type: 'url', url } : { type: 'base64', media_type: mediaType, data },
})
const claudeCall = [
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'look', input: {} }] },
]
const documentOf = (picture: Picture) => ({
  type: 'document',
  source: { type: 'content', content: [{ type: 'text', text: 'x' }, claudeImage(picture)] },
})
const resultOf = (block: object) => ({ type: 'tool_result', tool_use_id: 't', content: [block] })
const openAiImage = ({ url }: Picture) => ({ type: 'image_url', image_url: { url } })
const openAiBody = (...messages: unknown[]) => ({ model, max_tokens: 5, messages })
const openAiCall = [
  { role: 'user', content: 'Hi' },
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 't', type: 'function', function: { name: 'look', arguments: '{}' } }],
  },
]

const responsesBody = (...input: unknown[]) => ({ model, max_output_tokens: 5, store: false, input })
const inputImage = ({ url }: Picture) => ({ type: 'input_image', image_url: url })
const customCall = { type: 'custom_tool_call', call_id: 't', name: 'look', input: 'a' }

const PLACES: readonly (readonly [string, string, (picture: Picture) => object])[] = [
  ['a turn', '/v1/messages', (picture) => claudeBody([claudeImage(picture)])],
  ['a document', '/v1/messages', (picture) => claudeBody([documentOf(picture)])],
  ['a result', '/v1/messages', (picture) => claudeBody([resultOf(claudeImage(picture))], claudeCall)],
  [
    'a document of a result',
    '/v1/messages',
    (picture) => claudeBody([resultOf(documentOf(picture))], claudeCall),
  ],
  [
    'a turn',
    '/v1/messages/count_tokens',
    ({ ...picture }) => withoutTokens(claudeBody([claudeImage(picture)])),
  ],
  [
    'a turn',
    '/v1/chat/completions',
    (picture) => openAiBody({ role: 'user', content: [openAiImage(picture)] }),
  ],
  [
    'a turn, without an object',
    '/v1/chat/completions',
    ({ url }) => openAiBody({ role: 'user', content: [{ type: 'image_url', image_url: url }] }),
  ],
  [
    'a result',
    '/v1/chat/completions',
    (picture) =>
      openAiBody(...openAiCall, { role: 'tool', tool_call_id: 't', content: [openAiImage(picture)] }),
  ],
  [
    'a result of a function',
    '/v1/chat/completions',
    (picture) =>
      openAiBody(
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content: null, function_call: { name: 'look', arguments: '{}' } },
        { role: 'function', name: 'look', content: [openAiImage(picture)] },
      ),
  ],
  ['a turn', '/v1/responses', (picture) => responsesBody({ role: 'user', content: [inputImage(picture)] })],
  [
    'a turn, as an object',
    '/v1/responses',
    ({ url }) => responsesBody({ role: 'user', content: [{ type: 'input_image', image_url: { url } }] }),
  ],
  [
    'a turn, as chat completions have it',
    '/v1/responses',
    (picture) => responsesBody({ role: 'user', content: [openAiImage(picture)] }),
  ],
  [
    'an output of a function',
    '/v1/responses',
    (picture) =>
      responsesBody(
        { role: 'user', content: 'Hi' },
        { type: 'function_call', call_id: 't', name: 'look', arguments: '{}' },
        { type: 'function_call_output', call_id: 't', output: [inputImage(picture)] },
      ),
  ],
  [
    'an output of a custom tool',
    '/v1/responses',
    (picture) =>
      responsesBody({ role: 'user', content: 'Hi' }, customCall, {
        type: 'custom_tool_call_output',
        call_id: 't',
        output: [inputImage(picture)],
      }),
  ],
]

function withoutTokens({ max_tokens: _, ...body }: ReturnType<typeof claudeBody>) {
  return body
}

function dataUrl(mediaType: string, data: string): Picture {
  return { url: `data:${mediaType};base64,${data}`, mediaType, data }
}

async function ask(path: string, body: object, { allowImageUrls = false, images = true } = {}) {
  const engine = new ScriptedEngine({ steps: ['ok', { ends: 'end-of-generation' }] })
  Object.assign(engine, { capabilities: { ...engine.capabilities, images } })
  const { app } = createScriptedApp(engine, { rules: { allowImageUrls } })
  const headers = /chat|responses/.test(path)
    ? { authorization: 'Bearer K' }
    : { 'x-api-key': 'K', 'anthropic-version': '2023-06-01' }
  const response = await app.fetch(`http://continuo${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  return { status: response.status, text: await response.text(), reached: engine.requests.length }
}

/** Where a body has pictures, such as `messages[user].content`. */
function picturePlaces(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => picturePlaces(item, `${path}[${kindOf(item)}]`))
  if (typeof value !== 'object' || value === null) return []
  if (PICTURE_TYPES.has(kindOf(value))) return [path]
  return Object.entries(value).flatMap(([key, inner]) => picturePlaces(inner, `${path}.${key}`))
}

function kindOf(item: unknown): string {
  const { type, role } = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>
  return String(type === undefined || type === 'message' ? role : type)
}

const PICTURE_TYPES = new Set(['image', 'image_url', 'input_image'])

it.each(COMPLETING_ROUTES.map((route) => [route.path, route] as const))(
  'knows every place of a picture in a body of %s',
  (path, route) => {
    const known = new Set(
      PLACES.filter(([, at]) => at === path).flatMap(([, , bodyOf]) =>
        picturePlaces(bodyOf(dataUrl('image/png', 'AAAA'))),
      ),
    )
    const filled = route.richBodies(model).flatMap((body) => picturePlaces(body))
    expect([...new Set(filled)].filter((place) => !known.has(place))).toEqual([])
  },
)

const BAD: readonly (readonly [string, Picture])[] = [
  ['invalid base64', dataUrl('image/png', '!!!not base64!!!')],
  ['half a byte', dataUrl('image/png', 'iVBOR')],
  ['nothing', dataUrl('image/png', '')],
  ['more than 5 MB', dataUrl('image/png', 'A'.repeat(5 * 1024 * 1024 + 4))],
  ['a web page', dataUrl('text/html', 'PGI+')],
  ['an SVG, which may contain scripts', dataUrl('image/svg+xml', 'PGI+')],
  ...[
    'http://169.254.169.254/latest/meta-data/',
    'https://example.com/a.png',
    'file:///etc/passwd',
    'gopher://x',
    'javascript:1',
    'data:text/html,<b>',
  ].map((url): readonly [string, Picture] => [url, { url }]),
]

it.each(
  PLACES.flatMap(([place, path, body]) =>
    BAD.map(([name, picture]) => ({ place, path, body, name, picture })),
  ),
)('in $place of $path refuses $name', async ({ path, body, picture }) => {
  const { status, text, reached } = await ask(path, body(picture))
  expect([status, reached]).toEqual([400, 0])
  expect(text).toContain('invalid_request_error')
  if (picture.data === undefined && !/^https?:/.test(picture.url)) {
    expect((await ask(path, body(picture), { allowImageUrls: true })).status).toBe(400)
  }
})

it.each(PLACES)('in %s of %s accepts a valid one, for a vision model', async (_, path, body) => {
  const good = body(dataUrl('image/png', 'iVBORw0KGgo='))
  expect((await ask(path, good)).status).toBe(200)
  expect((await ask(path, body({ url: 'https://example.com/a.png' }), { allowImageUrls: true })).status).toBe(
    200,
  )
  const { status, text } = await ask(path, good, { images: false })
  expect(status).toBe(400)
  expect(text).toContain("Image input is not supported by model 'claude-2.1'.")
})
