import { describe, expect, it } from 'vitest'
import { readHttpResponses } from './read-http-responses.ts'

const LENGTH = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'
const CHUNKS =
  'HTTP/1.1 400 Bad Request\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n3\r\n you\r\n0\r\n\r\n'

const bodiesOf = (bytes: string, isClosed = true) =>
  readHttpResponses(bytes, isClosed).responses.map(({ status, body }) => [status, body])

describe('readHttpAnswers', () => {
  it('reads one after the other, however they are framed', () => {
    const chunks = CHUNKS.replace('3\r\n', '4\r\n')
    expect(bodiesOf(`${LENGTH}HTTP/1.1 100 Continue\r\n\r\n${chunks}${LENGTH}`)).toEqual([
      [200, 'hi'],
      [400, 'hi you'],
      [200, 'hi'],
    ])
    expect(bodiesOf('HTTP/1.1 200 OK\r\n\r\nall')).toEqual([[200, 'all']])
    expect(bodiesOf('HTTP/1.1 204 No Content\r\n\r\n')).toEqual([[204, '']])
  })

  it('reads UTF-8', () => {
    const body = Buffer.from('é').toString('latin1')
    expect(bodiesOf(LENGTH.replace('hi', body))).toEqual([[200, 'é']])
  })

  it.each(['HTT', LENGTH.slice(0, 20), LENGTH.slice(0, -1), CHUNKS.replace('3', '4').slice(0, -5)])(
    'waits for the rest of %j',
    (bytes) => {
      expect(readHttpResponses(bytes, false)).toEqual({ responses: [], rest: bytes })
    },
  )

  it('waits for the close of an answer without a length', () => {
    expect(bodiesOf('HTTP/1.1 200 OK\r\n\r\nall', false)).toEqual([])
  })

  it.each([
    'hello\r\n\r\n',
    `${LENGTH}hello`,
    'HTTP/1.1 2000 OK\r\n\r\n',
    'HTTP/1.1 200 OK\r\nno header\r\n\r\n',
    'HTTP/1.1 200 OK\r\na: 1\r\na: 2\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n',
    LENGTH.replace('content', 'transfer-encoding: chunked\r\ncontent'),
    CHUNKS,
  ])('refuses %j', (bytes) => {
    expect(() => readHttpResponses(bytes, true)).toThrow()
  })
})
