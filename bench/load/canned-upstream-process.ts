/**
 * An upstream of the OpenAI style that costs next to nothing: it reads only the end of a request and whether it wants a
 * stream, and writes prepared bytes. `argv[2]` is the pause between two events in milliseconds (0:
 * the whole response at once), `argv[3]` the number of events. It sends its port in an `ipc` message.
 *
 * A request that wants one JSON gets one; a stream asked for in its place (`argv[4]` is `one-event`) gets the same text
 * in one event.
 */

import { type AddressInfo, createServer, type Socket } from 'node:net'
import { endEvents, textEvent, WHOLE_TEXT, wholeResponse, words } from './canned-responses.ts'

const pauseMs = Number(process.argv[2])
const events = Number(process.argv[3])
const isOneEvent = process.argv[4] === 'one-event'

const STREAM_HEAD =
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n'
const LAST_CHUNK = '0\r\n\r\n'
const HEAD_END = Buffer.from('\r\n\r\n')

const texts = isOneEvent
  ? [WHOLE_TEXT]
  : Array.from({ length: events }, (_, index) => words(index, index + 1))
const steps = [...texts.map(textEvent), endEvents(texts.length)].map((text) => Buffer.from(chunk(text)))
const instantStream = Buffer.concat([Buffer.from(STREAM_HEAD), ...steps, Buffer.from(LAST_CHUNK)])
const json = wholeResponse(WHOLE_TEXT)
const instantJson = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
)

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}

function response(socket: Socket, request: Buffer): void {
  const wantsStream = /"stream": ?true/.test(request.toString('latin1'))
  if (!wantsStream) socket.write(instantJson)
  else if (pauseMs === 0) socket.write(instantStream)
  else respondSlowly(socket)
}

function respondSlowly(socket: Socket): void {
  socket.write(STREAM_HEAD)
  let next = 0
  const timer = setInterval(() => {
    socket.write(steps[next++] ?? '')
    if (next < steps.length) return
    clearInterval(timer)
    socket.write(LAST_CHUNK)
  }, pauseMs)
  socket.once('close', () => clearInterval(timer))
}

function serveConnection(socket: Socket): void {
  let pending: Buffer = Buffer.alloc(0)
  socket.setNoDelay(true)
  socket.on('error', () => undefined)
  socket.on('data', (bytes: Buffer) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes])
    for (;;) {
      const length = requestBytes(pending)
      if (length === null || pending.length < length) return
      response(socket, pending.subarray(0, length))
      pending = pending.subarray(length)
    }
  })
}

/** The length of the first request; null while its headers are incomplete. */
function requestBytes(bytes: Buffer): number | null {
  const headEnd = bytes.indexOf(HEAD_END)
  if (headEnd === -1) return null
  const head = bytes.toString('latin1', 0, headEnd)
  const bodyStart = headEnd + HEAD_END.length
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) return bodyStart + Number(length)
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return bodyStart
  const end = bytes.indexOf('0\r\n\r\n', bodyStart)
  return end === -1 ? null : end + 5
}

const server = createServer(serveConnection)
server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
)
process.on('disconnect', () => process.exit(0))
