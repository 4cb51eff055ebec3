import type { EngineCapabilities } from '../../completion/engine.ts'
import { PdfError, type PdfErrorCode } from '../../files/pdf-error.ts'
import { isJsonObject, type JsonObject } from '../../util/json-object.ts'
import { listAt, objectAt, textAt } from '../../util/json-value.ts'
import type { WorkSlices } from '../../util/work-slices.ts'
import { checkBody, invalidRequest } from '../body-schema.ts'
import { decodeSlicedUtf8 } from '../decode-sliced-utf8.ts'
import { IMAGE_TYPES } from '../read-image.ts'
import type { DocumentSources, SourceBytes } from './document-sources.ts'
import { DOCUMENT_SOURCES, FILE_SOURCE, IMAGE_SOURCES, PDF_SOURCE, URL_SOURCE } from './source-schemas.ts'
import { splitSentences } from './split-sentences.ts'
import { typeOf } from './type-of.ts'

type SourceType = (typeof DOCUMENT_SOURCES)[number]

/** Most pages of all PDFs of a request; a window that holds a million tokens holds more. @see the API's guide on PDFs */
const MAX_PAGES = 100
const MAX_PAGES_OF_LARGE_WINDOW = 600
const LARGE_WINDOW_TOKENS = 1_000_000
/** Most sources that are read from elsewhere for one request. */
const MAX_RESOLVED_SOURCES = 100
/** Most sentences that can be cited: each has a number in the prompt. No window holds more. */
const MAX_CITED_CHUNKS = 50_000
/** What a byte of a source counts as besides: it is decoded, and becomes a part of the prompt. */
const HELD_BYTES_PER_SOURCE_BYTE = 6
const BASE64_BLOCK = 768 * 1024

/** What a source that is not written out in the request stands for. */
export type ResolvedSource =
  | { readonly type: 'text'; readonly text: string }
  /** One of both, as the engine needs it. */
  | { readonly type: 'pdf'; readonly base64: string }
  | { readonly type: 'pages'; readonly pages: readonly string[] }
  | { readonly type: 'image'; readonly mediaType: string; readonly base64: string }

/** What was found out about the sources of a request, by the source's own object. */
export interface ResolvedSources {
  readonly sources: ReadonlyMap<unknown, ResolvedSource>
  /** Where the chunks of texts begin that may be cited. */
  readonly chunks: ReadonlyMap<unknown, readonly number[]>
}

export interface ResolvingContext {
  readonly documents: DocumentSources
  readonly slices: WorkSlices
  readonly capabilities: () => EngineCapabilities
  readonly contextWindowTokens: () => number
}

/**
 * Reads the files, PDFs and addresses that the blocks of messages name, before the blocks themselves are read. What is no
 * source is left to that.
 */
export async function resolveSources(
  messages: readonly unknown[],
  context: ResolvingContext,
): Promise<ResolvedSources> {
  const resolver = new SourceResolver(context)
  for (const { block, place } of blocksWithSources(messages)) await resolver.resolve(block, place)
  return resolver
}

interface PlacedBlock {
  readonly block: JsonObject
  readonly place: string
}

function* blocksWithSources(messages: readonly unknown[]): Generator<PlacedBlock> {
  for (const [index, message] of messages.entries())
    yield* blocksIn(listAt(message, 'content'), `messages.${index}.content`)
}

/** Documents and images, also those within results and documents. */
function* blocksIn(content: readonly unknown[] | undefined, place: string): Generator<PlacedBlock> {
  for (const [index, block] of (content ?? []).entries()) {
    if (!isJsonObject(block)) continue
    const at = `${place}.${index}`
    if (block.type === 'tool_result') yield* blocksIn(listAt(block, 'content'), `${at}.tool_result.content`)
    if (block.type !== 'document' && block.type !== 'image') continue
    yield { block, place: at }
    const inner = listAt(objectAt(block, 'source'), 'content')
    for (const [innerIndex, image] of (inner ?? []).entries()) {
      if (isJsonObject(image) && image.type === 'image')
        yield { block: image, place: `${at}.document.source.content.${innerIndex}` }
    }
  }
}

class SourceResolver implements ResolvedSources {
  readonly sources = new Map<unknown, ResolvedSource>()
  readonly chunks = new Map<unknown, readonly number[]>()
  readonly #context: ResolvingContext
  readonly #files = new Map<string, SourceBytes>()
  #pages = 0
  #count = 0
  #chunkCount = 0

  constructor(context: ResolvingContext) {
    this.#context = context
  }

  async resolve(block: JsonObject, place: string): Promise<void> {
    const source = objectAt(block, 'source')
    if (source === undefined) return
    const resolved = await this.#resolveSource(block, source, place)
    if (resolved !== undefined) this.sources.set(source, resolved)
    if (block.type !== 'document' || objectAt(block, 'citations')?.enabled !== true) return
    if (this.#context.capabilities().documents === true) return
    await this.#split(source, resolved)
  }

  async #resolveSource(
    block: JsonObject,
    source: JsonObject,
    place: string,
  ): Promise<ResolvedSource | undefined> {
    const at = `${place}.${block.type}.source`
    const type = typeOf<SourceType>(source, block.type === 'image' ? IMAGE_SOURCES : DOCUMENT_SOURCES, at)
    if (type === 'file') {
      const { file_id: id } = checkBody(source, FILE_SOURCE, `${at}.file`)
      return this.#fromBytes(block, await this.#file(id), `${at}.file`)
    }
    if (block.type !== 'document') return undefined
    if (type === 'url') {
      const { url } = checkBody(source, URL_SOURCE, `${at}.url`)
      return this.#fromBytes(block, await this.#fetch(url), `${at}.url`)
    }
    if (type !== 'base64') return undefined
    const { data: base64 } = checkBody(source, PDF_SOURCE, `${at}.base64`)
    const dataPlace = `${place}.pdf.source.base64.data`
    if (this.#context.capabilities().documents === true) return { type: 'pdf', base64 }
    return this.#pagesOf(await this.#decode(base64, dataPlace), dataPlace)
  }

  async #fromBytes(
    block: JsonObject,
    { mediaType, bytes }: SourceBytes,
    place: string,
  ): Promise<ResolvedSource> {
    const { slices, capabilities } = this.#context
    if (block.type === 'image') {
      if (IMAGE_TYPES.some((type) => type === mediaType))
        return { type: 'image', mediaType, base64: await encodeBase64(bytes, slices) }
      throw invalidRequest(
        `${place}: Unsupported image file format: ${mediaType}. Only JPEG, PNG, GIF and WebP images are supported.`,
      )
    }
    if (mediaType === 'text/plain') return { type: 'text', text: await this.#decodeText(bytes) }
    if (mediaType !== 'application/pdf') {
      throw invalidRequest(
        `Unsupported document file format: ${mediaType}. Only PDF and plaintext documents are supported.`,
      )
    }
    if (capabilities().documents === true) return { type: 'pdf', base64: await encodeBase64(bytes, slices) }
    return this.#pagesOf(bytes, place)
  }

  async #file(id: string): Promise<SourceBytes> {
    const known = this.#files.get(id)
    if (known !== undefined) return known
    this.#countSource()
    const file = await this.#context.documents.readFile(id)
    this.#context.documents.hold(file.bytes.length * HELD_BYTES_PER_SOURCE_BYTE)
    this.#files.set(id, file)
    return file
  }

  async #fetch(url: string): Promise<SourceBytes> {
    this.#countSource()
    const fetched = await this.#context.documents.fetchDocument(url)
    this.#context.documents.hold(fetched.bytes.length * HELD_BYTES_PER_SOURCE_BYTE)
    return fetched
  }

  #countSource(): void {
    this.#count += 1
    if (this.#count > MAX_RESOLVED_SOURCES)
      throw invalidRequest(
        `messages: at most ${MAX_RESOLVED_SOURCES} different files and addresses may be named`,
      )
  }

  async #decode(base64: string, place: string): Promise<Uint8Array> {
    const { slices } = this.#context
    const pieces: Uint8Array[] = []
    for (let from = 0; from < base64.length; from += BASE64_BLOCK) {
      const block = base64.slice(from, from + BASE64_BLOCK)
      if (/[^A-Za-z0-9+/=]/.test(block)) throw invalidRequest(`${place}: Invalid base64 data`)
      pieces.push(Buffer.from(block, 'base64'))
      if (slices.isOver) await slices.next()
    }
    return Buffer.concat(pieces)
  }

  /** Text of another encoding is read as far as it can be. */
  async #decodeText(bytes: Uint8Array): Promise<string> {
    return decodeSlicedUtf8(bytes, this.#context.slices)
  }

  async #pagesOf(bytes: Uint8Array, place: string): Promise<ResolvedSource> {
    const { documents, contextWindowTokens } = this.#context
    const isLarge = contextWindowTokens() >= LARGE_WINDOW_TOKENS
    const maxPages = isLarge ? MAX_PAGES_OF_LARGE_WINDOW : MAX_PAGES
    const tooMany = () => invalidRequest(`A maximum of ${maxPages} PDF pages may be provided.`)
    if (this.#pages >= maxPages) throw tooMany()
    try {
      const pages = await documents.readPdf(bytes, maxPages - this.#pages)
      this.#pages += pages.length
      documents.hold(pages.reduce((sum, page) => sum + page.length, 0) * HELD_BYTES_PER_SOURCE_BYTE)
      return { type: 'pages', pages }
    } catch (error) {
      if (!(error instanceof PdfError)) throw error
      throw error.code === 'too-many-pages' ? tooMany() : invalidRequest(`${place}: ${PDF_TEXTS[error.code]}`)
    }
  }

  /** Custom content is cited as it is. */
  async #split(source: JsonObject, resolved: ResolvedSource | undefined): Promise<void> {
    const text = source.type === 'text' ? textAt(source, 'data') : undefined
    const pages =
      resolved?.type === 'pages' ? resolved.pages : [resolved?.type === 'text' ? resolved.text : (text ?? '')]
    const starts: number[] = []
    let offset = 0
    for (const page of pages) {
      await splitSentences(page, starts, this.#context.slices, offset)
      offset += page.length
    }
    this.#chunkCount += starts.length
    if (this.#chunkCount > MAX_CITED_CHUNKS) {
      throw invalidRequest(
        `messages: the documents that are to be cited have more than ${MAX_CITED_CHUNKS} sentences`,
      )
    }
    this.chunks.set(source, starts)
  }
}

const PDF_TEXTS: Readonly<Record<Exclude<PdfErrorCode, 'too-many-pages'>, string>> = {
  invalid: 'The PDF specified was not valid.',
  'password-protected': 'The PDF specified is password protected.',
  'too-costly': 'Could not process PDF: it takes too much time or memory, or has too much text.',
  'without-text': 'Could not process PDF: its pages have no text, and this model does not see them.',
}

async function encodeBase64(bytes: Uint8Array, slices: WorkSlices): Promise<string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const pieces: string[] = []
  for (let from = 0; from < buffer.length; from += BASE64_BLOCK) {
    pieces.push(buffer.toString('base64', from, from + BASE64_BLOCK))
    if (slices.isOver) await slices.next()
  }
  return pieces.join('')
}
