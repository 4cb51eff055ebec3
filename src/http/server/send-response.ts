import type { ServerResponse } from 'node:http'
import type { ApiResponse, StreamingBody } from '../api-response.ts'

const LAST_CHUNK = '0\r\n\r\n'

/** Writes an answer to a connection, as fast as its reader takes it, and stops where that one leaves. Never rejects. */
export async function sendResponse(
  { status, headers, body }: ApiResponse,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    if (body === null) {
      outgoing.writeHead(status, headerFields(headers)).end()
    } else if (typeof body === 'string') {
      const fields = headerFields(headers)
      fields.push('Content-Length', String(Buffer.byteLength(body)))
      outgoing.writeHead(status, fields).end(body)
    } else {
      // HTTP/1.0 knows no chunks: there the end of the connection is the end of the body.
      const isChunked = outgoing.req.httpVersion !== '1.0'
      outgoing.writeHead(
        status,
        headerFields(isChunked ? { ...headers, 'transfer-encoding': 'chunked' } : headers),
      )
      // The chunks are made here, in one string each: node would write each in three pieces.
      outgoing.chunkedEncoding = false
      await sendPieces(body, outgoing, isChunked ? chunk : (text) => text, isChunked ? LAST_CHUNK : '')
    }
  } catch {
    outgoing.destroy()
    if (body !== null && typeof body !== 'string') await body.cancel()
  }
}

/** Names and values in turns, sorted by name. */
function headerFields(headers: Readonly<Record<string, string>>): string[] {
  const fields: string[] = []
  for (const name of Object.keys(headers).sort()) fields.push(name, headers[name] ?? '')
  return fields
}

async function sendPieces(
  body: StreamingBody,
  outgoing: ServerResponse,
  frame: (text: string) => string,
  ending: string,
): Promise<void> {
  const { socket } = outgoing
  // What is there by the end of this turn leaves together with the headers: to send costs more than to make.
  socket?.cork()
  setImmediate(() => setImmediate(() => socket?.uncork()))
  // Whoever asked learns then that he is answered, even if there is nothing to say yet.
  if (body.preamble === '') outgoing.flushHeaders()
  else outgoing.write(frame(body.preamble), 'latin1')
  for (;;) {
    if (outgoing.writableNeedDrain) await drained(outgoing)
    if (outgoing.destroyed) return body.cancel()
    const { text, isLast } = await body.next()
    const framed = text === '' ? '' : frame(text)
    if (isLast) {
      outgoing.end(framed + ending, 'latin1')
      return
    }
    outgoing.write(framed, 'latin1')
  }
}

/** All that is written is ASCII: a character is a byte. */
function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    function commit(): void {
      outgoing.off('drain', commit).off('close', commit)
      resolve()
    }
    outgoing.on('drain', commit).on('close', commit)
  })
}
