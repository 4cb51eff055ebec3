const HEAD_END = Buffer.from('\r\n\r\n')
const LINE_END = Buffer.from('\r\n')

/** Callbacks for a response as its bytes arrive. */
export interface HttpResponseListener {
  /** @param isLast whether the server closes the connection after this response */
  readonly onHead: (status: number, isLast: boolean) => void
  /** Bytes of the body, without chunk sizes. */
  readonly onBody: (bytes: Buffer) => void
  readonly onEnd: () => void
}

/**
 * Reads the HTTP/1.1 responses of one connection, one after the other. It supports only what the measured servers use, and
 * costs far less than a real client: processor time of the generator is missing for the measured server.
 */
export class HttpResponseReader {
  readonly #listener: HttpResponseListener
  #pending: Buffer = Buffer.alloc(0)
  #state: 'head' | 'sized' | 'chunk-size' | 'chunk' | 'chunk-end' = 'head'
  /** Missing bytes of the body or of its chunk. */
  #missingBytes = 0
  #isLastChunk = false

  constructor(listener: HttpResponseListener) {
    this.#listener = listener
  }

  /** @throws Error when the bytes are not an HTTP response */
  push(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    while (this.#pending.length > 0 && this.#advance());
  }

  /** Reads one element of the pending bytes; false when it is incomplete. */
  #advance(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead()
      case 'chunk-size':
        return this.#readChunkSize()
      case 'chunk-end':
        return this.#readChunkEnd()
      default:
        return this.#readBody()
    }
  }

  #readHead(): boolean {
    const end = this.#pending.indexOf(HEAD_END)
    if (end === -1) return false
    const head = this.#pending.toString('latin1', 0, end).toLowerCase()
    this.#pending = this.#pending.subarray(end + HEAD_END.length)
    const status = /^http\/1\.[01] (\d{3})/.exec(head)?.[1]
    if (status === undefined) throw new Error(`this is no HTTP answer: ${head.slice(0, 40)}`)
    this.#listener.onHead(Number(status), head.includes('\r\nconnection: close'))
    if (head.includes('transfer-encoding: chunked')) {
      this.#state = 'chunk-size'
      return true
    }
    const length = /\r\ncontent-length: *(\d+)/.exec(head)?.[1]
    if (length === undefined) throw new Error('a response has neither a length nor chunks')
    this.#missingBytes = Number(length)
    this.#state = 'sized'
    if (this.#missingBytes === 0) this.#end()
    return true
  }

  #readChunkSize(): boolean {
    const end = this.#pending.indexOf(LINE_END)
    if (end === -1) return false
    this.#missingBytes = Number.parseInt(this.#pending.toString('latin1', 0, end), 16)
    this.#pending = this.#pending.subarray(end + LINE_END.length)
    this.#isLastChunk = this.#missingBytes === 0
    this.#state = this.#isLastChunk ? 'chunk-end' : 'chunk'
    return true
  }

  #readChunkEnd(): boolean {
    if (this.#pending.length < LINE_END.length) return false
    this.#pending = this.#pending.subarray(LINE_END.length)
    if (this.#isLastChunk) this.#end()
    else this.#state = 'chunk-size'
    return true
  }

  #readBody(): boolean {
    const bytes = this.#pending.subarray(0, this.#missingBytes)
    this.#pending = this.#pending.subarray(bytes.length)
    this.#missingBytes -= bytes.length
    this.#listener.onBody(bytes)
    if (this.#missingBytes > 0) return true
    if (this.#state === 'sized') this.#end()
    else this.#state = 'chunk-end'
    return true
  }

  #end(): void {
    this.#state = 'head'
    this.#listener.onEnd()
  }
}
