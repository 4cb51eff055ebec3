import type { CallerResponse } from '../http-caller.ts'

/** What a connection brought. */
export interface HttpResponses {
  /** Those that came whole, in order; interim ones are left out. */
  readonly responses: readonly CallerResponse[]
  /** What follows them: the beginning of another, or nothing. */
  readonly rest: string
}

/** An answer that ends with its connection. */
const UNTIL_CLOSE = null

/**
 * Reads the answers of one connection by the rules of HTTP/1.1, more strictly than clients do: nothing else may be
 * between them.
 *
 * @param bytes one character for each byte
 * @param isClosed whether nothing more can come
 * @param isHead whether they answer HEAD, and have no bodies
 * @throws Error when they are no HTTP
 */
export function readHttpResponses(bytes: string, isClosed: boolean, isHead = false): HttpResponses {
  const responses: CallerResponse[] = []
  let rest = bytes
  for (;;) {
    const headEnd = rest.indexOf('\r\n\r\n')
    if (headEnd === -1) return { responses, rest: checkedBeginning(rest) }
    const { status, headers } = readHead(rest.slice(0, headEnd))
    const framed = isHead
      ? { body: '', following: rest.slice(headEnd + 4) }
      : readBody(rest.slice(headEnd + 4), status, headers)
    if (framed === 'unfinished') return { responses, rest }
    if (framed === UNTIL_CLOSE && !isClosed) return { responses, rest }
    const { body, following } = framed ?? { body: rest.slice(headEnd + 4), following: '' }
    rest = following
    if (status >= 200) {
      const text = Buffer.from(body, 'latin1').toString('utf8')
      responses.push({ status, headers, body: text, headersAfterMs: 0 })
    }
  }
}

function checkedBeginning(rest: string): string {
  const begun = 'HTTP/1.1 '
  if (rest.startsWith(begun) || begun.startsWith(rest)) return rest
  throw new Error(`this is no answer: ${JSON.stringify(rest.slice(0, 100))}`)
}

function readHead(head: string) {
  const [statusLine = '', ...lines] = head.split('\r\n')
  const [, code] = /^HTTP\/1\.1 ([1-5]\d\d) [\x20-\x7e]*$/.exec(statusLine) ?? []
  if (code === undefined) throw new Error(`this is no status line: ${JSON.stringify(statusLine)}`)
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? []
    if (name === undefined || value === undefined)
      throw new Error(`this is no header: ${JSON.stringify(line)}`)
    if (headers[name.toLowerCase()] !== undefined) throw new Error(`the header ${name} comes twice`)
    headers[name.toLowerCase()] = value
  }
  return { status: Number(code), headers }
}

type Framed = { readonly body: string; readonly following: string }

function readBody(
  text: string,
  status: number,
  headers: Readonly<Record<string, string>>,
): Framed | 'unfinished' | typeof UNTIL_CLOSE {
  const length = headers['content-length']
  if (length !== undefined && headers['transfer-encoding'] !== undefined)
    throw new Error('a length and chunks')
  if (status < 200 || status === 204 || status === 304) return { body: '', following: text }
  if (headers['transfer-encoding'] === 'chunked') return readChunks(text)
  if (length === undefined) return UNTIL_CLOSE
  if (!/^\d+$/.test(length)) throw new Error(`this is no length: ${length}`)
  if (text.length < Number(length)) return 'unfinished'
  return { body: text.slice(0, Number(length)), following: text.slice(Number(length)) }
}

function readChunks(text: string): Framed | 'unfinished' {
  let body = ''
  let at = 0
  for (;;) {
    const lineEnd = text.indexOf('\r\n', at)
    if (lineEnd === -1) return 'unfinished'
    const size = text.slice(at, lineEnd)
    if (!/^[0-9a-f]+$/i.test(size)) throw new Error(`this is no chunk size: ${JSON.stringify(size)}`)
    const from = lineEnd + 2
    const end = from + Number.parseInt(size, 16)
    if (text.length < end + 2) return 'unfinished'
    if (text.slice(end, end + 2) !== '\r\n') throw new Error('a chunk is longer than it says')
    if (end === from) return { body, following: text.slice(end + 2) }
    body += text.slice(from, end)
    at = end + 2
  }
}
