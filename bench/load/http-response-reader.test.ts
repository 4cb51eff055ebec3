import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HttpResponseReader } from './http-response-reader.ts'

const RESPONSES = Buffer.from(
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello' +
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n4\r\n two\r\n0\r\n\r\n' +
    'HTTP/1.1 529 \r\ncontent-length: 0\r\n\r\n',
)

function readInPieces(cuts: readonly number[]): string[] {
  const seen: string[] = []
  let body = ''
  const reader = new HttpResponseReader({
    onHead: (status) => void seen.push(String(status)),
    onBody: (bytes) => {
      body += bytes.toString()
    },
    onEnd: () => {
      seen.push(body)
      body = ''
    },
  })
  let from = 0
  for (const cut of [...new Set(cuts)].sort((a, b) => a - b).concat(RESPONSES.length)) {
    reader.push(RESPONSES.subarray(from, cut))
    from = cut
  }
  return seen
}

describe('HttpResponseReader', () => {
  it('reads responses with a length and in chunks, however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: RESPONSES.length })), (cuts) => {
        expect(readInPieces(cuts)).toEqual(['200', 'hello', '200', 'one two', '529', ''])
      }),
    )
  })

  it('fails on bytes that are no response', () => {
    const reader = new HttpResponseReader({
      onHead: () => undefined,
      onBody: () => undefined,
      onEnd: () => undefined,
    })
    expect(() => reader.push(Buffer.from('SSH-2.0\r\n\r\n'))).toThrow('no HTTP answer')
  })
})
