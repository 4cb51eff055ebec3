import { describe, expect, it } from 'vitest'
import { NO_DOCUMENT_SOURCES } from '../../../test/no-document-sources.ts'
import { PdfError, type PdfErrorCode } from '../../files/pdf-error.ts'
import { WorkSlices } from '../../util/work-slices.ts'
import type { DocumentSources, SourceBytes } from './document-sources.ts'
import { resolveSources } from './resolve-sources.ts'

const bytesOf = (mediaType: string, text: string): SourceBytes => ({ mediaType, bytes: Buffer.from(text) })
const FILES = new Map([
  ['text', bytesOf('text/plain', 'Grass is green. Snow is white.')],
  ['pdf', bytesOf('application/pdf', '%PDF')],
  ['png', bytesOf('image/png', 'png')],
  ['zip', bytesOf('application/zip', 'zip')],
])
const inFile = (id: string) => ({ type: 'file', file_id: id })
const PDF = { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' }
const document = (source: object, isCited = false) => ({
  type: 'document',
  source,
  ...(isCited ? { citations: { enabled: true } } : {}),
})
const image = (source: object) => ({ type: 'image', source })

interface Change extends Partial<DocumentSources> {
  readonly seesDocuments?: boolean
  readonly window?: number
}

/** Resolves the sources of the blocks of a message, and says what was read for it. */
async function resolve(content: readonly unknown[], { seesDocuments, window, ...sources }: Change = {}) {
  const read: string[] = []
  let heldBytes = 0
  const resolved = await resolveSources(
    [
      { role: 'user', content: 'a' },
      { role: 'user', content },
    ],
    {
      documents: {
        ...NO_DOCUMENT_SOURCES,
        readFile: async (id) => {
          read.push(id)
          return FILES.get(id) ?? bytesOf('text/plain', id)
        },
        fetchDocument: async (url) => {
          read.push(url)
          return bytesOf('text/plain', 'fetched')
        },
        readPdf: async () => ['One. Two.', 'Three.'],
        hold: (bytes) => {
          heldBytes += bytes
        },
        ...sources,
      },
      slices: new WorkSlices(),
      capabilities: () => ({
        tools: true,
        images: true,
        outputSchema: true,
        rawPrompts: true,
        ...(seesDocuments === undefined ? {} : { documents: seesDocuments }),
      }),
      contextWindowTokens: () => window ?? 8_192,
    },
  )
  return { ...resolved, sources: resolved.sources, chunks: resolved.chunks, read, heldBytes }
}

/** What became of one source. */
async function resolvedOf(block: { readonly source: object }, change?: Change) {
  return (await resolve([block], change)).sources.get(block.source)
}

describe('resolveSources', () => {
  it.each([
    ['a file of text', document(inFile('text')), { type: 'text', text: 'Grass is green. Snow is white.' }],
    ['an address', document({ type: 'url', url: 'https://a' }), { type: 'text', text: 'fetched' }],
    ['a PDF', document(PDF), { type: 'pages', pages: ['One. Two.', 'Three.'] }],
    ['a file of a PDF', document(inFile('pdf')), { type: 'pages', pages: ['One. Two.', 'Three.'] }],
    ['a file of an image', image(inFile('png')), { type: 'image', mediaType: 'image/png', base64: 'cG5n' }],
    ['an image that is in the request', image({ type: 'base64' }), undefined],
    ['an address of an image, which the engine reads', image({ type: 'url', url: 'https://a' }), undefined],
    ['text that is in the request', document({ type: 'text', data: 'a' }), undefined],
  ])('reads %s', async (_, block, resolved) => {
    expect(await resolvedOf(block)).toEqual(resolved)
  })

  it.each([document(PDF), document(inFile('pdf'))])(
    'passes a PDF on to an engine that sees it',
    async (block) => {
      expect(await resolvedOf(block, { seesDocuments: true })).toEqual({ type: 'pdf', base64: 'JVBERg==' })
    },
  )

  it('finds sources in results and in the content of documents', async () => {
    const inner = image(inFile('png'))
    const content = [
      { type: 'tool_result', content: [document({ type: 'content', content: [{ type: 'text' }, inner] })] },
    ]
    const { sources } = await resolve(content)
    expect([...sources.keys()]).toEqual([inner.source])
  })

  it('reads a file once, however often it is named, and counts its bytes as held', async () => {
    const { read, heldBytes, sources } = await resolve([document(inFile('text')), document(inFile('text'))])
    expect([read, heldBytes, sources.size]).toEqual([['text'], 30 * 6, 2])
  })

  it('leaves to others what is no source', async () => {
    const { sources } = await resolve([
      'a',
      null,
      { type: 'text' },
      { type: 'document' },
      { type: 'thinking' },
    ])
    expect(sources.size).toBe(0)
  })

  it.each([
    [document(inFile('zip')), 'Unsupported document file format: application/zip. Only PDF and plaintext'],
    [document(inFile('png')), 'Unsupported document file format: image/png.'],
    [
      image(inFile('pdf')),
      'messages.1.content.0.image.source.file: Unsupported image file format: application/pdf.',
    ],
    [document({ type: 'ftp' }), 'messages.1.content.0.document.source'],
    [document({ type: 'file' }), 'messages.1.content.0.document.source.file.file_id: Field required'],
    [document({ ...PDF, data: 'JV*E' }), 'messages.1.content.0.pdf.source.base64.data: Invalid base64 data'],
  ])('refuses %j', async (block, message) => {
    const resolving = resolve([block])
    await expect(resolving).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(resolving).rejects.toThrow(message)
  })

  it('refuses more than 100 different files', async () => {
    const files = (count: number) =>
      Array.from({ length: count }, (_, index) => document(inFile(`f${index}`)))
    expect((await resolve(files(100))).sources.size).toBe(100)
    await expect(resolve(files(101))).rejects.toThrow('messages: at most 100 different files and addresses')
  })
})

describe('the pages of PDFs', () => {
  it.each([
    [8_192, 100],
    [1_000_000, 600],
  ])('with a window of %i tokens are at most %i, of all together', async (window, most) => {
    const asked: number[] = []
    const readPdf = async (_: Uint8Array, maxPages: number) => {
      asked.push(maxPages)
      if (maxPages < 70) throw new PdfError('too-many-pages', 'too many')
      return Array<string>(70).fill('a')
    }
    const pdfs = Array.from({ length: 10 }, () => document({ ...PDF }))
    await expect(resolve(pdfs, { window, readPdf })).rejects.toThrow(
      `A maximum of ${most} PDF pages may be provided.`,
    )
    expect(asked.slice(0, 2)).toEqual([most, most - 70])
  })

  it.each<[PdfErrorCode, string]>([
    ['invalid', 'messages.1.content.0.pdf.source.base64.data: The PDF specified was not valid.'],
    ['password-protected', 'The PDF specified is password protected.'],
    ['too-costly', 'it takes too much time or memory'],
    ['without-text', 'its pages have no text'],
  ])('that are %s are refused', async (code, message) => {
    const resolving = resolve([document(PDF)], {
      readPdf: () => Promise.reject(new PdfError(code, 'unread')),
    })
    await expect(resolving).rejects.toMatchObject({ code: 'invalid-request' })
    await expect(resolving).rejects.toThrow(message)
  })

  it('fail with what is no fault of the PDF', async () => {
    const readPdf = () => Promise.reject(new Error('broken'))
    await expect(resolve([document(PDF)], { readPdf })).rejects.toThrow('broken')
  })
})

describe('the chunks of sources', () => {
  const chunksOf = async (block: { readonly source: object }, change?: Change) =>
    (await resolve([block], change)).chunks.get(block.source)

  it.each([
    ['a text', document({ type: 'text', data: 'One. Two.' }, true), [0, 5]],
    ['a file', document(inFile('text'), true), [0, 16]],
    ['a PDF, counted through its pages', document(PDF, true), [0, 5, 9]],
  ])('begin with the sentences of %s', async (_, block, starts) => {
    expect(await chunksOf(block)).toEqual(starts)
  })

  it('are not looked for where nothing is cited, or the engine cites by itself', async () => {
    expect(await chunksOf(document(inFile('text')))).toBeUndefined()
    expect(await chunksOf(document(inFile('text'), true), { seesDocuments: true })).toBeUndefined()
  })

  it('are at most 50,000', async () => {
    const text = (sentences: number) => document({ type: 'text', data: 'A b. '.repeat(sentences) }, true)
    expect(await chunksOf(text(40_000))).toHaveLength(40_000)
    await expect(resolve([text(40_000), text(20_000)])).rejects.toThrow('have more than 50000 sentences')
  })
})
