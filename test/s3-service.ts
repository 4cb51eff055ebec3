import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { S3Settings } from '../src/files/s3-settings.ts'
import type { S3Fault } from './s3-fault.ts'
import { type S3Reply, spoilt, xml } from './s3-reply.ts'
import { checkSignature, S3Refusal } from './s3-signature.ts'

interface Upload {
  readonly key: string
  readonly begun: string
  readonly parts: Map<number, { readonly bytes: Buffer; readonly etag: string }>
}

interface Operation {
  readonly name: string
  readonly key: string
  readonly query: URLSearchParams
  readonly body: Buffer
  readonly request: IncomingMessage
}

/** The least that a part has, but the last. */
const MIN_PART_BYTES = 5 * 1024 * 1024

/** An S3 service for tests: it checks signatures, digests and parts as S3 does, and fails when it is asked to. */
export class S3Service {
  readonly objects = new Map<
    string,
    { readonly bytes: Buffer; readonly etag: string; readonly modified: string }
  >()
  readonly uploads = new Map<string, Upload>()
  /** The operations of requests that were served or refused, in order. */
  readonly operations: string[] = []
  readonly settings: S3Settings
  /** How far the clock of the service is ahead. */
  skewMs = 0
  readonly #faults: { left: number; skip: number; fault: S3Fault }[] = []
  readonly #server: Server
  readonly #responses = new Set<ServerResponse>()

  private constructor(server: Server) {
    this.#server = server
    const { port } = server.address() as AddressInfo
    this.settings = {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-test-1',
      bucket: 'a-bucket',
      prefix: 'of/continuo/',
      accessKeyId: 'AKIDTEST',
      secretAccessKey: 'a/secret+of=tests',
    }
  }

  static async start(): Promise<S3Service> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const service = new S3Service(server)
    server.on('request', (request, response) => void service.#respond(request, response))
    onTestFinished(() => service.close())
    return service
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  fail(fault: S3Fault): void {
    this.#faults.push({ left: fault.times ?? 1, skip: fault.after ?? 0, fault })
  }

  /** The names of everything that is stored, also of what is being received, without the prefix and the id of the place. */
  names(): string[] {
    const keys = [...this.objects.keys(), ...[...this.uploads.values()].map(({ key }) => `${key} (begun)`)]
    return keys
      .map((key) => key.slice(this.settings.prefix.length))
      .filter((key) => key !== 'place-id')
      .map((key) => key.split('/').at(-1) ?? '')
  }

  /** Bytes of responses that clients have not taken yet. */
  unsentBytes(): number {
    return [...this.#responses].reduce((sum, response) => sum + response.writableLength, 0)
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://x')
    const name = operationName(request, url)
    const fault = this.#strike(name)
    this.#responses.add(response)
    response.once('close', () => this.#responses.delete(response))
    if (fault?.type === 'cut' && fault.when === 'before') return void request.destroy()
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    this.operations.push(name)
    if (fault?.type === 'silence') return
    const reply = this.#reply({ name, request, url, body: Buffer.concat(chunks) }, fault)
    if (fault?.type === 'cut' && fault.when === 'after') return void response.destroy()
    const body = Buffer.from(reply.body ?? '')
    const length = reply.headers?.['content-length'] ?? String(body.length)
    response.writeHead(reply.status, { ...reply.headers, 'content-length': length })
    if (request.method === 'HEAD') return void response.end()
    if (fault?.type === 'cut' && typeof fault.when === 'number') {
      response.write(body.subarray(0, fault.when), () => response.destroy())
      return
    }
    response.end(body)
  }

  #strike(name: string): S3Fault['kind'] | undefined {
    for (const [index, entry] of this.#faults.entries()) {
      if (entry.fault.operation !== undefined && entry.fault.operation !== name) continue
      if (entry.skip > 0) {
        entry.skip -= 1
        continue
      }
      entry.left -= 1
      if (entry.left === 0) this.#faults.splice(index, 1)
      return entry.fault.kind
    }
    return undefined
  }

  #reply(
    { name, request, url, body }: { name: string; request: IncomingMessage; url: URL; body: Buffer },
    fault: S3Fault['kind'] | undefined,
  ): S3Reply {
    try {
      if (fault?.type === 'error') throw new S3Refusal(fault.status, fault.code)
      checkSignature(request, url, this.settings, Date.now() + this.skewMs)
      const [, bucket, ...path] = url.pathname.split('/')
      if (bucket !== this.settings.bucket) throw new S3Refusal(404, 'NoSuchBucket')
      const key = decodeURIComponent(path.join('/'))
      const digest = request.headers['content-md5']
      if (digest !== undefined && digest !== md5(body).toString('base64'))
        throw new S3Refusal(400, 'BadDigest')
      const reply = this.#serve({ name, key, query: url.searchParams, body, request })
      return fault === undefined ? reply : spoilt(reply, fault)
    } catch (error) {
      if (!(error instanceof S3Refusal)) throw error
      return {
        ...xml(`<Error><Code>${error.code}</Code><Message>No.</Message></Error>`),
        status: error.status,
      }
    }
  }

  #serve(operation: Operation): S3Reply {
    const { name, key, query, body, request } = operation
    switch (name) {
      case 'PUT object':
        if (request.headers['if-none-match'] === '*' && this.objects.has(key))
          throw new S3Refusal(412, 'PreconditionFailed')
        return this.#store(key, body, hex(body))
      case 'COPY object':
        return this.#copy(decodeURIComponent(String(request.headers['x-amz-copy-source'])), key)
      case 'GET object':
      case 'HEAD object':
        return this.#read(key, request.headers.range)
      case 'DELETE object':
        this.objects.delete(key)
        return { status: 204 }
      case 'BEGIN upload':
        return this.#begin(key)
      case 'PUT part':
        return this.#putPart(query, body)
      case 'COMPLETE upload':
        return this.#complete(query, body)
      case 'ABORT upload':
        if (!this.uploads.delete(query.get('uploadId') ?? '')) throw new S3Refusal(404, 'NoSuchUpload')
        return { status: 204 }
      case 'LIST uploads':
        return this.#listUploads(query.get('prefix') ?? '')
      case 'LIST objects':
        return this.#listObjects(query.get('prefix') ?? '')
      default:
        throw new S3Refusal(501, 'NotImplemented')
    }
  }

  #store(key: string, bytes: Buffer, etag: string): S3Reply {
    this.objects.set(key, { bytes, etag, modified: this.#now() })
    return { status: 200, headers: { etag: `"${etag}"` } }
  }

  #copy(source: string, key: string): S3Reply {
    const prefix = `/${this.settings.bucket}/`
    const found = source.startsWith(prefix) ? this.objects.get(source.slice(prefix.length)) : undefined
    if (found === undefined) throw new S3Refusal(404, 'NoSuchKey')
    this.#store(key, found.bytes, found.etag)
    return xml(`<CopyObjectResult><ETag>&quot;${found.etag}&quot;</ETag></CopyObjectResult>`)
  }

  #read(key: string, range: string | undefined): S3Reply {
    const found = this.objects.get(key)
    if (found === undefined) throw new S3Refusal(404, 'NoSuchKey')
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
    const headers = { etag: `"${found.etag}"`, 'content-type': 'application/octet-stream' }
    const body = found.bytes.subarray(from)
    return {
      status: range === undefined ? 200 : 206,
      headers: { ...headers, 'content-length': String(body.length) },
      body,
    }
  }

  #begin(key: string): S3Reply {
    const id = randomUUID()
    this.uploads.set(id, { key, begun: this.#now(), parts: new Map() })
    return xml(
      `<InitiateMultipartUploadResult><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    )
  }

  #putPart(query: URLSearchParams, bytes: Buffer): S3Reply {
    const upload = this.uploads.get(query.get('uploadId') ?? '')
    if (upload === undefined) throw new S3Refusal(404, 'NoSuchUpload')
    const etag = hex(bytes)
    upload.parts.set(Number(query.get('partNumber')), { bytes, etag })
    return { status: 200, headers: { etag: `"${etag}"` } }
  }

  #complete(query: URLSearchParams, body: Buffer): S3Reply {
    const id = query.get('uploadId') ?? ''
    const upload = this.uploads.get(id)
    if (upload === undefined) throw new S3Refusal(404, 'NoSuchUpload')
    const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>([^<]*)<\/ETag>/g)]
    const parts = named.map(([, number, etag]) => {
      const part = upload.parts.get(Number(number))
      if (part === undefined || part.etag !== etag) throw new S3Refusal(400, 'InvalidPart')
      return part.bytes
    })
    if (parts.length === 0) throw new S3Refusal(400, 'MalformedXML')
    if (parts.slice(0, -1).some(({ length }) => length < MIN_PART_BYTES))
      throw new S3Refusal(400, 'EntityTooSmall')
    this.uploads.delete(id)
    const etag = `${hex(Buffer.concat(parts))}-${parts.length}`
    this.#store(upload.key, Buffer.concat(parts), etag)
    return xml(`<CompleteMultipartUploadResult><ETag>"${etag}"</ETag></CompleteMultipartUploadResult>`)
  }

  #listUploads(prefix: string): S3Reply {
    const uploads = [...this.uploads].filter(([, { key }]) => key.startsWith(prefix))
    const entries = uploads.map(
      ([id, { key, begun }]) =>
        `<Upload><Key>${key}</Key><UploadId>${id}</UploadId><Initiated>${begun}</Initiated></Upload>`,
    )
    return xml(
      `<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListMultipartUploadsResult>`,
    )
  }

  #listObjects(prefix: string): S3Reply {
    const found = [...this.objects].filter(([key]) => key.startsWith(prefix))
    const entries = found.map(
      ([key, { bytes, modified }]) =>
        `<Contents><Key>${key}</Key><LastModified>${modified}</LastModified><Size>${bytes.length}</Size></Contents>`,
    )
    return xml(`<ListBucketResult><IsTruncated>false</IsTruncated>${entries.join('')}</ListBucketResult>`)
  }

  #now(): string {
    return new Date(Date.now() + this.skewMs).toISOString()
  }
}

function operationName({ method, headers }: IncomingMessage, { pathname, searchParams: query }: URL): string {
  if (pathname.split('/').slice(2).join('') === '' && method === 'GET')
    return query.has('uploads') ? 'LIST uploads' : 'LIST objects'
  if (method === 'POST') return query.has('uploads') ? 'BEGIN upload' : 'COMPLETE upload'
  if (query.has('uploadId')) return method === 'DELETE' ? 'ABORT upload' : `${method} part`
  return `${headers['x-amz-copy-source'] === undefined ? method : 'COPY'} object`
}

function md5(bytes: Buffer): Buffer {
  return createHash('md5').update(bytes).digest()
}

function hex(bytes: Buffer): string {
  return md5(bytes).toString('hex')
}
