import type { ServerResponse } from 'node:http'
import { type ApiResponse, isStreaming, type StreamingBody } from '../api-response.ts'
import { type Break, BrokenConnection } from '../broken-connection.ts'

/** How chunks are written to a connection. */
interface Framing {
  readonly frame: (data: string | Uint8Array) => string | Uint8Array
  readonly ending: string
}

const CHUNKED: Framing = { frame: frameChunk, ending: '0\r\n\r\n' }
const PLAIN: Framing = { frame: (data) => data, ending: '' }
const LINE_END = Buffer.from('\r\n')

/**
 * Writes a response to a connection as fast as its reader takes it, and stops if the client disconnects. Never rejects.
 */
export async function sendResponse(response: ApiResponse, outgoing: ServerResponse): Promise<void> {
  const { status, headers, body, broken } = response
  try {
    if (broken !== undefined) breakConnection(outgoing, broken)
    else if (body === null) {
      outgoing.writeHead(status, headerFields(headers)).end()
    } else if (isStreaming(body)) {
      await sendStreaming(body, response, outgoing)
    } else {
      const fields = headerFields(headers)
      fields.push('Content-Length', String(Buffer.byteLength(body)))
      outgoing.writeHead(status, fields).end(body)
    }
  } catch (error) {
    if (error instanceof BrokenConnection) breakConnection(outgoing, error.how)
    else outgoing.destroy()
    if (isStreaming(body)) await body.cancel()
  }
}

/** Ends a connection in the middle of a response, after what was written. */
function breakConnection(outgoing: ServerResponse, how: Break): void {
  const { socket } = outgoing
  if (socket === null) {
    outgoing.destroy()
    return
  }
  socket.uncork()
  if (how === 'closed') socket.destroySoon()
  else socket.write('', () => socket.resetAndDestroy())
}

/** Names and values in turns, sorted by name. */
function headerFields(headers: Readonly<Record<string, string>>): string[] {
  const fields: string[] = []
  for (const name of Object.keys(headers).sort()) fields.push(name, headers[name] ?? '')
  return fields
}

async function sendStreaming(
  body: StreamingBody,
  { status, headers }: ApiResponse,
  outgoing: ServerResponse,
): Promise<void> {
  const { lengthBytes } = body
  if (lengthBytes !== null) {
    outgoing.writeHead(status, headerFields({ ...headers, 'content-length': String(lengthBytes) }))
    await sendChunks(body, outgoing, PLAIN)
    return
  }
  // HTTP/1.0 knows no chunks: there the end of the connection is the end of the body.
  const isChunked = outgoing.req.httpVersion !== '1.0'
  outgoing.writeHead(
    status,
    headerFields(isChunked ? { ...headers, 'transfer-encoding': 'chunked' } : headers),
  )
  // The chunks are framed here, in one write each: node would write each in three pieces.
  outgoing.chunkedEncoding = false
  await sendChunks(body, outgoing, isChunked ? CHUNKED : PLAIN)
}

async function sendChunks(
  body: StreamingBody,
  outgoing: ServerResponse,
  { frame, ending }: Framing,
): Promise<void> {
  const { socket } = outgoing
  // What is ready by the end of this turn is sent together with the headers: sending costs more than making.
  socket?.cork()
  setImmediate(() => setImmediate(() => socket?.uncork()))
  // The client sees that it gets a response, even if there is nothing to send yet.
  if (body.preamble === '') outgoing.flushHeaders()
  else outgoing.write(frame(body.preamble), 'latin1')
  let sentBytes = body.preamble.length
  for (;;) {
    if (outgoing.writableNeedDrain) await drained(outgoing)
    if (outgoing.destroyed) return body.cancel()
    const { data, isLast } = await body.next()
    sentBytes += data.length
    if (isLast && sentBytes !== (body.lengthBytes ?? sentBytes)) {
      throw new Error(`a body of ${body.lengthBytes} bytes ended after ${sentBytes}`)
    }
    const framed = data.length === 0 ? '' : frame(data)
    if (!isLast) {
      outgoing.write(framed, 'latin1')
      continue
    }
    if (typeof framed === 'string') outgoing.end(framed + ending, 'latin1')
    else {
      outgoing.write(framed)
      outgoing.end(ending, 'latin1')
    }
    return
  }
}

/** Text is ASCII: a character is a byte. */
function frameChunk(data: string | Uint8Array): string | Uint8Array {
  const head = `${data.length.toString(16)}\r\n`
  return typeof data === 'string'
    ? `${head}${data}\r\n`
    : Buffer.concat([Buffer.from(head, 'latin1'), data, LINE_END])
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    function stop(): void {
      outgoing.off('drain', stop).off('close', stop)
      resolve()
    }
    outgoing.on('drain', stop).on('close', stop)
  })
}
