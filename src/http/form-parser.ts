import { Busboy } from '@fastify/busboy'
import type { CompletionError } from '../completion/completion-error.ts'
import { ApiError } from '../wire/api-error.ts'
import { invalidRequest } from '../wire/body-schema.ts'

/** How much of a file waits in memory until it is taken. */
const FILE_BUFFER_BYTES = 64 * 1024
/** Most bytes of the headers of one part. A filename has at most 255 characters. */
const MAX_PART_HEADER_BYTES = 16 * 1024
const MAX_PART_HEADERS = 32
/** RFC 2046 allows 70 characters. */
const MAX_BOUNDARY_UNITS = 200
/** Turns of the event loop in which a form ends whose body has ended and whose files are taken. Some malformed ones never do. */
const FINISH_TURNS = 100

/** What a form may hold. */
export interface FormLimits {
  readonly maxFiles: number
  readonly maxFileBytes: number
  /** Parts that are no files. */
  readonly maxFields: number
  readonly maxFieldBytes: number
}

/** A file in a form, while it arrives. */
export interface FormFile {
  readonly fieldName: string
  /** As it was sent, with folders; null where the part has none. */
  readonly filename: string | null
  /** In lower case, without parameters; `text/plain` where the part does not say. */
  readonly mediaType: string
  /** Its bytes. They throw when the body breaks off, or the file is larger than allowed. */
  readonly chunks: AsyncIterable<Uint8Array>
}

type FileStream = Parameters<Parameters<InstanceType<typeof Busboy>['on']>[1]>[1]

/** Parses a form piece by piece, and hands over its files. */
export class FormParser {
  /** What parsing it takes at most, besides the files. */
  readonly maxHeldBytes: number
  readonly #busboy: InstanceType<typeof Busboy>
  readonly #takeFile: (file: FormFile) => Promise<void>
  readonly #fields = new Map<string, string>()
  /** Rejects when the form fails. */
  readonly #failed: Promise<never>
  #rejectFailed: (error: unknown) => void = () => undefined
  #failure: unknown = null
  #isAborted = false
  /** The file that is arriving, or the last that did. */
  #stream: NodeJS.ReadableStream & { destroy(error?: Error): void } = NO_STREAM
  /** Resolves when all files but the last are taken, and when all are. */
  #earlierTaken: Promise<void> = Promise.resolve()
  #taken: Promise<void> = Promise.resolve()

  /** @throws CompletionError `invalid-request` for a content type that is no form's */
  constructor(
    contentType: string,
    options: FormLimits & { readonly fileFields: readonly string[] },
    takeFile: (file: FormFile) => Promise<void>,
  ) {
    const { maxFiles, maxFileBytes, maxFields, maxFieldBytes, fileFields } = options
    this.#takeFile = takeFile
    this.maxHeldBytes = 2 * FILE_BUFFER_BYTES + MAX_PART_HEADER_BYTES + maxFields * maxFieldBytes
    this.#failed = new Promise((_, reject) => {
      this.#rejectFailed = reject
    })
    this.#failed.catch(() => undefined)
    checkContentType(contentType)
    this.#busboy = new Busboy({
      headers: { 'content-type': contentType },
      isPartAFile: (name, type, filename) =>
        filename !== undefined || type === 'application/octet-stream' || fileFields.includes(name ?? ''),
      // Folders matter to some: who keeps a name cleans it.
      preservePath: true,
      defCharset: 'utf8',
      highWaterMark: FILE_BUFFER_BYTES,
      fileHwm: FILE_BUFFER_BYTES,
      limits: {
        files: maxFiles,
        fileSize: maxFileBytes,
        fields: maxFields,
        fieldSize: maxFieldBytes,
        parts: maxFiles + maxFields,
        headerPairs: MAX_PART_HEADERS,
        headerSize: MAX_PART_HEADER_BYTES,
      },
    })
    this.#listen(maxFiles, maxFields)
  }

  /** Why the form was refused, or not taken; null where it was not. */
  get failure(): unknown {
    return this.#failure
  }

  /** Parses the next piece. Resolves when so much of it is taken that the next may come. */
  async parse(piece: Uint8Array): Promise<void> {
    if (this.#failure !== null) throw this.#failure
    const parsed = new Promise<void>((resolve, reject) => {
      this.#busboy.write(piece, (error) => (error ? reject(error) : resolve()))
    })
    await Promise.race([parsed, this.#failed])
    // A file has ended when the next begins: no more than one waits.
    await Promise.race([this.#earlierTaken, this.#failed])
  }

  /** Ends the form, when the body has ended. Resolves when all files are taken. */
  async finish(): Promise<ReadonlyMap<string, string>> {
    if (this.#failure !== null) throw this.#failure
    const finished = new Promise<void>((resolve) => {
      this.#busboy.on('finish', () => resolve())
    })
    this.#busboy.end()
    await Promise.race([this.#taken, this.#failed])
    await Promise.race([finished, this.#failed, neverFinished()])
    await this.#taken
    return this.#fields
  }

  /** Ends what is being taken. Resolves when it is given up; harmless after the end. */
  async abort(reason: unknown): Promise<void> {
    this.#isAborted = true
    this.#stream.destroy(reason instanceof Error ? reason : new Error('the body broke off'))
    this.#rejectFailed(reason)
    await this.#taken.catch(() => undefined)
  }

  #listen(maxFiles: number, maxFields: number): void {
    const tooMany = () => invalidForm(`it has more than ${maxFiles} files or ${maxFields} fields`)
    this.#busboy
      .on('file', (name, stream, filename, _, mediaType) => {
        this.#begin(stream, { fieldName: name ?? '', filename: filename ?? null, mediaType })
      })
      .on('field', (name, value, _, isTruncated) => {
        if (isTruncated) this.#fail(invalidForm(`the field ${JSON.stringify(name)} is too long`))
        else this.#fields.set(name ?? '', value)
      })
      .on('filesLimit', () => this.#fail(tooMany()))
      .on('fieldsLimit', () => this.#fail(tooMany()))
      // Parts beyond this one would be parsed to the end of the piece.
      .on('partsLimit', () => {
        this.#fail(tooMany())
        throw this.#failure
      })
      .on('error', () => this.#fail(invalidForm('it ends in the middle of a part')))
  }

  #begin(stream: FileStream, file: Omit<FormFile, 'chunks'>): void {
    // Without a listener, an error of a file that is not read yet would end the process.
    stream.on('error', () => undefined)
    stream.on('limit', () =>
      this.#fail(new ApiError('request-too-large', 'The file exceeds the maximum size')),
    )
    this.#stream = stream
    this.#earlierTaken = this.#taken
    this.#taken = this.#taken.then(async () => {
      if (this.#failure !== null || this.#isAborted) return
      await this.#takeFile({ ...file, chunks: stream })
      stream.resume()
    })
    this.#taken.catch((error: unknown) => this.#fail(error))
  }

  #fail(error: unknown): void {
    // What takes a file fails too when the body breaks off, but that is not why.
    if (!this.#isAborted) this.#failure ??= error
    this.#stream.destroy(error instanceof Error ? error : new Error('the form is refused'))
    this.#rejectFailed(error)
  }
}

const NO_STREAM = { destroy: () => undefined } as unknown as NodeJS.ReadableStream & {
  destroy(error?: Error): void
}

function checkContentType(contentType: string): void {
  const isForm = /^multipart\/form-data\s*(;|$)/i.test(contentType)
  if (!isForm) throw invalidRequest('content-type: this request needs a body of type multipart/form-data')
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]*)"|([^;\s]*))/i.exec(contentType) ?? []
  const boundary = quoted ?? plain ?? ''
  if (boundary === '' || boundary.length > MAX_BOUNDARY_UNITS)
    throw invalidForm('its content type has no usable boundary')
}

async function neverFinished(): Promise<never> {
  for (let turn = 0; turn < FINISH_TURNS; turn++) await new Promise(setImmediate)
  throw invalidForm('its parts are not separated as they should be')
}

function invalidForm(why: string): CompletionError {
  return invalidRequest(`The body is no valid multipart/form-data: ${why}`)
}
