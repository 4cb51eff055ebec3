import { describe, expect, it } from 'vitest'
import { WorkSlices } from '../util/work-slices.ts'
import type { ApiRequest } from './api-request.ts'
import { WebRequest } from './fetch-from.ts'
import { MAX_REQUEST_BODY_BYTES, readJsonBody } from './read-json-body.ts'
import { HELD_BYTES_PER_BODY_BYTE, RequestMemory } from './request-memory.ts'

function bodyOf(chunks: readonly (string | Uint8Array<ArrayBuffer>)[], headers = {}): ApiRequest {
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk)
      }
      controller.close()
    },
  })
  return new WebRequest(
    new Request('http://continuo', { method: 'POST', headers, body, duplex: 'half' } as RequestInit),
  )
}

const MEGABYTE = 1024 * 1024

/** Reads a request's body as one of those that have this memory together. */
function read(request: ApiRequest, memory = new RequestMemory(1024 * MEGABYTE)) {
  const held = memory.open()
  return { body: readJsonBody({ request, memory: held, slices: new WorkSlices() }), release: held.release }
}

describe('readJsonBody', () => {
  it('reads a body that comes in chunks', async () => {
    expect(await read(bodyOf(['{"a":"b', 'c', 'é"}'])).body).toEqual({ a: 'bcé' })
  })

  it('reads no body as an empty one', async () => {
    const { body } = read(new WebRequest(new Request('http://continuo')))
    await expect(body).rejects.toMatchObject({ code: 'malformed-json' })
  })

  it('refuses a length over the limit before it reads', async () => {
    const headers = { 'content-length': String(MAX_REQUEST_BODY_BYTES + 1) }
    const request = new Request('http://continuo', { method: 'POST', headers, body: 'a' })
    await expect(read(new WebRequest(request)).body).rejects.toMatchObject({ code: 'request-too-large' })
    expect(request.bodyUsed).toBe(false)
  })

  it('reads a body of exactly the limit and refuses one byte more', async () => {
    const largest = new Uint8Array(MAX_REQUEST_BODY_BYTES).fill(0x20)
    largest.set(new TextEncoder().encode('{"a":1}'))
    expect(await read(bodyOf([largest])).body).toEqual({ a: 1 })
    await expect(read(bodyOf([largest, ' '])).body).rejects.toMatchObject({ code: 'request-too-large' })
  })

  it('refuses a body of very many short chunks', async () => {
    const request = bodyOf([])
    const space = new TextEncoder().encode(' ')
    request.readBody = async (take) => {
      for (;;) await take(space)
    }
    await expect(read(request).body).rejects.toMatchObject({ code: 'malformed-http' })
  })

  it('holds a body until its request is over', async () => {
    const memory = new RequestMemory(16 * MEGABYTE)
    const body = `{"a":"${'b'.repeat(MEGABYTE)}"}`
    const { body: reading, release } = read(bodyOf([body]), memory)
    await reading
    expect(memory.heldBytes).toBeGreaterThanOrEqual(body.length * HELD_BYTES_PER_BODY_BYTE)
    const second = read(bodyOf([body, body]), memory)
    await expect(second.body).rejects.toMatchObject({ code: 'overloaded' })
    second.release()
    release()
    release()
    expect(memory.heldBytes).toBe(0)
  })

  it('refuses bodies that are too large together, by their length or as they arrive', async () => {
    const memory = new RequestMemory(16 * MEGABYTE)
    memory.open().hold(12 * MEGABYTE)
    const late = read(bodyOf([new Uint8Array(MEGABYTE)]), memory)
    await expect(late.body).rejects.toMatchObject({ code: 'overloaded' })
    late.release()
    expect(memory.heldBytes).toBe(12 * MEGABYTE)
    const headers = { 'content-length': String(MEGABYTE) }
    const request = new Request('http://continuo', { method: 'POST', headers, body: 'a' })
    await expect(read(new WebRequest(request), memory).body).rejects.toMatchObject({ code: 'overloaded' })
    expect(request.bodyUsed).toBe(false)
  })

  it('refuses a body for which there is never enough memory as too large', async () => {
    const memory = new RequestMemory(16 * MEGABYTE)
    for (const request of [
      bodyOf(['a'], { 'content-length': String(4 * MEGABYTE) }),
      bodyOf([new Uint8Array(4 * MEGABYTE)]),
    ]) {
      await expect(read(request, memory).body).rejects.toMatchObject({ code: 'request-too-large' })
    }
  })

  it('holds the members of a body', async () => {
    const memory = new RequestMemory(16 * MEGABYTE)
    const body = `{"a":[${'0,'.repeat(100_000)}0]}`
    await expect(read(bodyOf([body]), memory).body).rejects.toMatchObject({ code: 'overloaded' })
  })

  it('accepts small requests beside large ones', async () => {
    const memory = new RequestMemory(64 * MEGABYTE)
    const large = memory.open()
    expect(() => {
      for (;;) large.hold(MEGABYTE)
    }).toThrow('Overloaded')
    expect(await read(bodyOf([`{"a":"${'b'.repeat(100_000)}"}`]), memory).body).toHaveProperty('a')
  })
})
