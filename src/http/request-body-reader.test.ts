import { expect, test } from 'vitest'
import type { ApiRequest } from './api-request.ts'
import { WebRequest } from './fetch-from.ts'
import { MAX_REQUEST_BODY_BYTES, RequestBodyReader } from './request-body-reader.ts'

function bodyOf(pieces: readonly (string | Uint8Array<ArrayBuffer>)[], headers = {}): ApiRequest {
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) {
        controller.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)
      }
      controller.close()
    },
  })
  return new WebRequest(
    new Request('http://continuo', { method: 'POST', headers, body, duplex: 'half' } as RequestInit),
  )
}

const asText = (body: Uint8Array) => new TextDecoder().decode(body)

test('a body in pieces is read whole', async () => {
  expect(await new RequestBodyReader().read(bodyOf(['ab', 'c', 'é']), asText)).toBe('abcé')
})

test('no body is an empty one', async () => {
  expect(await new RequestBodyReader().read(new WebRequest(new Request('http://continuo')), asText)).toBe('')
})

test('a length over the limit is refused before anything is read', async () => {
  const headers = { 'content-length': String(MAX_REQUEST_BODY_BYTES + 1) }
  const request = new Request('http://continuo', { method: 'POST', headers, body: 'a' })
  await expect(new RequestBodyReader().read(new WebRequest(request), asText)).rejects.toMatchObject({
    code: 'request-too-large',
  })
  expect(request.bodyUsed).toBe(false)
})

test('a body of exactly the limit is read, one byte more is not', async () => {
  const largest = new Uint8Array(MAX_REQUEST_BODY_BYTES)
  const length = (body: Uint8Array) => body.length
  expect(await new RequestBodyReader().read(bodyOf([largest]), length)).toBe(MAX_REQUEST_BODY_BYTES)
  await expect(new RequestBodyReader().read(bodyOf([largest, 'a']), length)).rejects.toMatchObject({
    code: 'request-too-large',
  })
})

test('bodies that are too large together are an overload, which ends with them', async () => {
  const reader = new RequestBodyReader(10)
  let finish: () => void = () => undefined
  const slow = new Request('http://continuo', {
    method: 'POST',
    duplex: 'half',
    body: new ReadableStream({
      start(controller) {
        controller.enqueue(new Uint8Array(8))
        finish = () => controller.close()
      },
    }),
  } as RequestInit)
  const slowRead = reader.read(new WebRequest(slow), asText)
  await new Promise((resolve) => setTimeout(resolve, 5))
  await expect(reader.read(bodyOf(['12345']), asText)).rejects.toMatchObject({ code: 'overloaded' })
  finish()
  await slowRead
  expect(await reader.read(bodyOf(['12345']), asText)).toBe('12345')
})
