import { expect, expectTypeOf, test } from 'vitest'
import { completionOf, streamText } from '../test/completion-events.ts'
import { errorBody, sendJson, startServer } from '../test/start-server.ts'
import type { APIPromise } from './api-promise.ts'
import type { Completion } from './completion.ts'
import type { CompletionCreateParams } from './completion-create-params.ts'
import { CompletionStream } from './completion-stream.ts'
import { Continuo } from './continuo.ts'
import { ContinuoError } from './continuo-error.ts'
import type { Model, NamedModel } from './model.ts'

const params = { model: 'claude-2.1', prompt: '\n\nHuman: Hi\n\nAssistant:', max_tokens_to_sample: 16 }

function clientOf(baseURL: string): Continuo {
  return new Continuo({ baseURL, apiKey: 'key-1', maxRetries: 0 })
}

test('sends the request of the reference, and returns the response unchanged', async () => {
  const expected = completionOf(' Hello! 日本 👋', 'stop_sequence')
  const { url, requests } = await startServer((response) => sendJson(response, 200, expected))
  const all = {
    ...params,
    metadata: { user_id: 'u-1' },
    stop_sequences: ['\n', '👋'],
    temperature: 0.5,
    top_k: 3,
    top_p: 0.9,
  }
  expect(await clientOf(url).completions.create(all)).toEqual(expected)
  expect(requests).toHaveLength(1)
  const [request] = requests
  expect(request).toMatchObject({ method: 'POST', url: '/v1/complete' })
  expect(JSON.parse(request?.bodyText ?? '')).toEqual(all)
  expect(request?.headers).toMatchObject({
    'x-api-key': 'key-1',
    'anthropic-version': '2023-06-01',
    'content-type': 'application/json',
    accept: 'application/json',
  })
  for (const name of ['anthropic-beta', 'anthropic-dangerous-direct-browser-access', 'authorization']) {
    expect(request?.headers).not.toHaveProperty(name)
  }
})

test('betas go into a header, not into the body', async () => {
  const { url, requests } = await startServer((response) => sendJson(response, 200, completionOf('')))
  await clientOf(url).completions.create({ ...params, betas: ['one', 'two'] })
  await clientOf(url).completions.create({ ...params, betas: [] })
  expect(requests[0]?.headers['anthropic-beta']).toBe('one,two')
  expect(JSON.parse(requests[0]?.bodyText ?? '')).toEqual(params)
  expect(requests[1]?.headers).not.toHaveProperty('anthropic-beta')
})

test('headers of the client and of the call are added, replaced and left out', async () => {
  const { url, requests } = await startServer((response) => sendJson(response, 200, completionOf('')))
  const defaultHeaders = { 'X-Team': 'a', 'anthropic-version': '2026-10-21', 'x-gone': 'soon' }
  const client = new Continuo({ baseURL: `${url}/prefix/`, apiKey: 'key-1', defaultHeaders })
  await client.completions.create(params, {
    headers: { 'x-team': 'b', 'X-Gone': null, 'x-undefined': undefined },
  })
  expect(requests[0]?.url).toBe('/prefix/v1/complete')
  expect(requests[0]?.headers).toMatchObject({ 'x-team': 'b', 'anthropic-version': '2026-10-21' })
  expect(requests[0]?.headers).not.toHaveProperty('x-gone')
  expect(requests[0]?.headers).not.toHaveProperty('x-undefined')
})

test('a header that HTTP cannot carry is refused without showing its value', async () => {
  const client = new Continuo({ apiKey: 'secret\nkey', baseURL: 'http://127.0.0.1:1' })
  const failure = await client.completions.create(params).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(ContinuoError)
  expect(String(failure)).toContain('x-api-key')
  expect(String(failure)).not.toContain('secret')
})

test('withResponse returns the response and its request id', async () => {
  const { url } = await startServer((response) =>
    sendJson(response, 200, completionOf(' Hi'), { 'request-id': 'req_01', 'x-more': '1' }),
  )
  const promise = clientOf(url).completions.create(params)
  const { data, response, request_id } = await promise.withResponse()
  expect(data.completion).toBe(' Hi')
  expect(response.headers.get('x-more')).toBe('1')
  expect(request_id).toBe('req_01')
  expect(await promise).toBe(data)
})

test('asResponse leaves the body to the caller', async () => {
  const { url } = await startServer((response) => sendJson(response, 200, completionOf(' Hi')))
  const promise = clientOf(url).completions.create(params)
  const response = await promise.asResponse()
  expect(await response.json()).toEqual(completionOf(' Hi'))
  await expect(promise).rejects.toThrow('left to the caller')
})

test('asResponse comes too late once the body was read', async () => {
  const { url } = await startServer((response) => sendJson(response, 200, completionOf(' Hi')))
  const promise = clientOf(url).completions.create(params)
  await promise
  await expect(promise.asResponse()).rejects.toThrow('before the response has been read')
})

test('asResponse and withResponse throw what the call throws', async () => {
  const { url } = await startServer((response) =>
    sendJson(response, 400, errorBody('invalid_request_error', 'no')),
  )
  const { completions } = clientOf(url)
  await expect(completions.create(params)).rejects.toThrow(Continuo.BadRequestError)
  await expect(completions.create(params).withResponse()).rejects.toThrow(Continuo.BadRequestError)
  await expect(completions.create(params).asResponse()).rejects.toThrow(Continuo.BadRequestError)
  await expect(completions.create({ ...params, stream: true })).rejects.toThrow(Continuo.BadRequestError)
})

test('a response that is not JSON throws an error with its text', async () => {
  const { url } = await startServer((response) => response.end('<html>hello</html>'))
  const failure = await clientOf(url)
    .completions.create(params)
    .catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(Continuo.APIError)
  expect(failure).toMatchObject({ status: 200, error: '<html>hello</html>' })
})

test('a response whose body is cut off throws a connection error', async () => {
  const { url } = await startServer((response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{"completion"', () => response.destroy())
  })
  await expect(clientOf(url).completions.create(params)).rejects.toThrow(Continuo.APIConnectionError)
})

test('a boolean stream gives whichever it says', async () => {
  const { url, requests } = await startServer((response, request) => {
    if (JSON.parse(request.bodyText).stream) response.end(streamText([' Hi']))
    else sendJson(response, 200, completionOf(' Hi'))
  })
  for (const stream of [true, false]) {
    const result = await clientOf(url).completions.create({ ...params, stream })
    expect(result instanceof CompletionStream).toBe(stream)
    if (result instanceof CompletionStream)
      for await (const event of result) expect(event.type).toBe('completion')
  }
  expect(requests[0]?.headers.accept).toBe('text/event-stream')
  expect(requests.map(({ bodyText }) => JSON.parse(bodyText).stream)).toEqual([true, false])
})

test('the overloads infer the result from the params', () => {
  const create = (client: Continuo) => {
    const { completions } = client
    const flag: boolean = Math.random() < 2
    return {
      plain: completions.create(params),
      unstreamed: completions.create({ ...params, stream: false }),
      streamed: completions.create({ ...params, stream: true }),
      either: completions.create({ ...params, stream: flag }),
    }
  }
  type Responses = ReturnType<typeof create>
  expectTypeOf<Responses['plain']>().toEqualTypeOf<APIPromise<Completion>>()
  expectTypeOf<Responses['unstreamed']>().toEqualTypeOf<APIPromise<Completion>>()
  expectTypeOf<Responses['streamed']>().toEqualTypeOf<APIPromise<CompletionStream>>()
  expectTypeOf<Responses['either']>().toEqualTypeOf<APIPromise<Completion | CompletionStream>>()
  expectTypeOf<Awaited<Responses['either']>>().toEqualTypeOf<Completion | CompletionStream>()
  expectTypeOf<Responses['plain']>().toExtend<Promise<Completion>>()
  expectTypeOf<CompletionStream>().toExtend<AsyncIterable<Completion>>()
})

test('the types of the params are those of the reference', () => {
  type Required = 'max_tokens_to_sample' | 'model' | 'prompt'
  expectTypeOf<CompletionCreateParams>().toExtend<Record<Required, unknown>>()
  expectTypeOf<Pick<CompletionCreateParams, Required>>().toExtend<CompletionCreateParams>()
  expectTypeOf<Omit<CompletionCreateParams, 'model'>>().not.toExtend<CompletionCreateParams>()
  expectTypeOf<NamedModel>().toExtend<Model>()
  expectTypeOf<string>().toExtend<Model>()
  expectTypeOf<number>().not.toExtend<Model>()
  expectTypeOf<'claude-2.1'>().not.toExtend<NamedModel>()
  expectTypeOf<Continuo.CompletionCreateParams>().toEqualTypeOf<CompletionCreateParams>()
  expectTypeOf<Completion['stop_reason']>().toExtend<string | null>()
})
