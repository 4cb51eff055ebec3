import type { CitedRange } from '../../completion/citation.ts'
import type { ImagePart, SourceDocument, TextPart } from '../../completion/turn.ts'
import { textAt } from '../../util/json-value.ts'
import { checkBody, invalidRequest } from '../body-schema.ts'
import type { BlockContext } from './block-context.ts'
import { BLOCK_SCHEMAS, type BlockOf } from './block-schemas.ts'
import { type DocumentContent, readDocumentSource } from './read-source.ts'
import { citableText, numberedChunks } from './request-documents.ts'
import { typeOf } from './type-of.ts'

/**
 * A document as the model reads it: its text between tags, with its images in place. An engine that reads documents itself gets
 * it as it was sent.
 */
export function readDocument(
  block: BlockOf<'document'>,
  place: string,
  context: BlockContext,
): (TextPart | ImagePart)[] {
  const { documents } = context
  const isCited = block.citations?.enabled === true
  const fileId = textAt(block.source, 'type') === 'file' ? textAt(block.source, 'file_id') : undefined
  const index = documents.addDocument(isCited, fileId ?? null)
  const content = readDocumentSource(block.source, place, context)
  if (context.capabilities().documents === true) {
    const { title, context: about } = block
    const source = wholeSource(content)
    return [
      {
        type: 'text',
        text: '',
        document: { type: 'document', title: title || null, context: about || null, isCited, source },
      },
    ]
  }
  const about = tagged('title', block.title) + tagged('context', block.context)
  const pieces = isCited
    ? citedPieces(content, { block, index, context })
    : { number: null, parts: plainParts(content) }
  const tag = pieces.number === null ? '<document>' : `<document index="${pieces.number}">`
  return betweenTexts(`${tag}\n${about}<content>\n`, pieces.parts, '\n</content>\n</document>\n')
}

/** A search result as the model reads it: its texts between tags. */
export function readSearchResult(
  block: BlockOf<'search_result'>,
  place: string,
  { documents, capabilities }: BlockContext,
): TextPart {
  const texts = block.content.map((item, index) => {
    const at = `${place}.search_result.content.${index}`
    return checkBody(item, BLOCK_SCHEMAS[typeOf(item, ['text'], at)], at).text
  })
  const { title, source } = block
  const isCited = block.citations?.enabled === true
  const searchResultIndex = documents.addSearchResult(isCited)
  if (capabilities().documents === true)
    return { type: 'text', text: '', document: { type: 'search-result', title, source, isCited, texts } }
  const about = tagged('title', title) + tagged('source', source)
  const end = '</content>\n</search_result>\n'
  if (!isCited || texts.length === 0)
    return { type: 'text', text: `<search_result>\n${about}<content>\n${texts.join('\n')}\n${end}` }
  const { text, starts } = citableText(texts)
  const number = documents.addCitable({
    text,
    starts,
    cite: (citedText, _, range) => ({
      type: 'search-result',
      citedText,
      searchResultIndex,
      source,
      title,
      range,
    }),
  })
  const shown = numberedChunks(number, text, starts, '\n').join('')
  return { type: 'text', text: `<search_result index="${number}">\n${about}<content>\n${shown}${end}` }
}

interface CitedDocument {
  readonly block: BlockOf<'document'>
  /** Among all documents of the request. */
  readonly index: number
  readonly context: BlockContext
}

/** The parts of a document whose chunks have numbers; null for one without any text. */
function citedPieces(content: DocumentContent, { block, index, context }: CitedDocument) {
  const { documents } = context
  const about = { documentIndex: index, documentTitle: block.title || null }
  switch (content.type) {
    case 'pdf':
      throw invalidRequest('messages: PDFs cannot be read here')
    case 'text': {
      const { text } = content
      const starts = documents.startsOf(block.source)
      const number = documents.addCitable({
        text,
        starts,
        cite: (citedText, range) => ({ type: 'characters', citedText, ...about, range }),
      })
      return { number, parts: [textPart(numberedChunks(number, text, starts).join(''))] }
    }
    case 'pages': {
      const { text, starts: pageStarts } = citableText(content.pages)
      const starts = documents.startsOf(block.source)
      const number = documents.addCitable({
        text,
        starts,
        cite: (citedText, { start, end }) => ({
          type: 'pages',
          citedText,
          ...about,
          range: { start: indexBefore(pageStarts, start), end: indexBefore(pageStarts, end - 1) + 1 },
        }),
      })
      return { number, parts: [textPart(numberedPages(number, { text, starts, pageStarts }))] }
    }
    case 'parts':
      return citedBlocks(content.parts, about, context)
  }
}

/** Blocks are cited whole. */
function citedBlocks(
  parts: readonly (TextPart | ImagePart)[],
  about: { readonly documentIndex: number; readonly documentTitle: string | null },
  { documents }: BlockContext,
): { readonly number: number | null; readonly parts: readonly (TextPart | ImagePart)[] } {
  const blockIndexes = parts.flatMap(({ type }, index) => (type === 'text' ? [index] : []))
  if (blockIndexes.length === 0) return { number: null, parts }
  const { text, starts } = citableText(parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])))
  const number = documents.addCitable({
    text,
    starts,
    cite: (citedText, _, { start, end }: CitedRange) => ({
      type: 'blocks',
      citedText,
      ...about,
      range: { start: blockIndexes[start] ?? 0, end: (blockIndexes[end - 1] ?? 0) + 1 },
    }),
  })
  const chunks = numberedChunks(number, text, starts, '\n').values()
  return {
    number,
    parts: parts.map((part) => (part.type === 'text' ? textPart(chunks.next().value ?? '') : part)),
  }
}

function numberedPages(
  number: number,
  {
    text,
    starts,
    pageStarts,
  }: { readonly text: string; readonly starts: readonly number[]; readonly pageStarts: readonly number[] },
): string {
  const chunks = numberedChunks(number, text, starts)
  const pages: string[][] = pageStarts.map(() => [])
  for (const [index, chunk] of chunks.entries())
    pages[indexBefore(pageStarts, starts[index] ?? 0)]?.push(chunk)
  return pages.map((page, index) => pageText(index, page.join(''))).join('\n')
}

/** The last of some places that is not after another; of equal ones, the last. */
function indexBefore(places: readonly number[], place: number): number {
  let [low, high] = [0, places.length]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((places[middle] ?? 0) <= place) low = middle
    else high = middle
  }
  return low
}

function pageText(index: number, text: string): string {
  return `<page number="${index + 1}">\n${text}\n</page>`
}

function plainParts(content: DocumentContent): readonly (TextPart | ImagePart)[] {
  switch (content.type) {
    case 'pdf':
      throw invalidRequest('messages: PDFs cannot be read here')
    case 'text':
      return [textPart(content.text)]
    case 'pages':
      return [textPart(content.pages.map((page, index) => pageText(index, page)).join('\n'))]
    case 'parts':
      return content.parts
  }
}

/** For an engine that reads documents itself. */
function wholeSource(content: DocumentContent): SourceDocument['source'] {
  switch (content.type) {
    case 'pdf':
      return content
    case 'text':
      return { type: 'text', text: content.text }
    case 'pages':
      return { type: 'text', text: content.pages.join('\n') }
    case 'parts':
      return { type: 'content', parts: content.parts }
  }
}

/** Adjacent texts become one part. */
function betweenTexts(
  before: string,
  content: readonly (TextPart | ImagePart)[],
  after: string,
): (TextPart | ImagePart)[] {
  const parts: (TextPart | ImagePart)[] = []
  let texts = [before]
  for (const part of content) {
    if (part.type === 'text') texts.push(part.text)
    else {
      parts.push(textPart(texts.join('')), part)
      texts = []
    }
  }
  return [...parts, textPart(texts.join('') + after)]
}

function textPart(text: string): TextPart {
  return { type: 'text', text }
}

function tagged(tag: string, text: string | null | undefined): string {
  return text ? `<${tag}>${text}</${tag}>\n` : ''
}
