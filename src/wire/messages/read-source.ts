import * as z from 'zod'
import type { ImagePart, TextPart } from '../../completion/turn.ts'
import { checkBody, invalidRequest, oneOf, string } from '../body-schema.ts'
import { checkImageInput, IMAGE_TYPES, imageTypeOf, readImage } from '../read-image.ts'
import type { BlockContext } from './block-context.ts'
import { BLOCK_SCHEMAS, textOrList } from './block-schemas.ts'
import type { ResolvedSource } from './resolve-sources.ts'
import { DOCUMENT_SOURCES, FILE_SOURCE, IMAGE_SOURCES, PDF_SOURCE, URL_SOURCE } from './source-schemas.ts'
import { typeOf } from './type-of.ts'

const BASE64_IMAGE = z.strictObject({
  type: z.literal('base64'),
  media_type: oneOf(IMAGE_TYPES),
  data: string,
})
/** The same, by whatever name of its type. */
const NAMED_BASE64_IMAGE = BASE64_IMAGE.extend({
  media_type: z.preprocess(
    (type) => (typeof type === 'string' ? imageTypeOf(type.toLowerCase()) : type),
    BASE64_IMAGE.shape.media_type,
  ),
})
const TEXT_SOURCE = z.strictObject({
  type: z.literal('text'),
  media_type: oneOf(['text/plain']),
  data: string,
})
const CONTENT_SOURCE = z.strictObject({ type: z.literal('content'), content: textOrList })

/** What a document holds. */
export type DocumentContent =
  | Exclude<ResolvedSource, { type: 'image' }>
  | { readonly type: 'parts'; readonly parts: readonly (TextPart | ImagePart)[] }

/**
 * Reads the `source` of an image.
 *
 * @param place of the block
 */
export function readImageSource(source: unknown, place: string, context: BlockContext): ImagePart {
  checkImageInput(place, context)
  const at = `${place}.image.source`
  const type = typeOf(source, IMAGE_SOURCES, at)
  if (type === 'file') {
    checkBody(source, FILE_SOURCE, `${at}.file`)
    return readFileImage(context.documents.sourceOf(source), `${at}.file`, context)
  }
  if (type === 'url') {
    const { url } = checkBody(source, URL_SOURCE, `${at}.url`)
    return readImage({ url }, `${at}.url`, context)
  }
  const schema = context.rules.strictRequests ? BASE64_IMAGE : NAMED_BASE64_IMAGE
  const { media_type: mediaType, data } = checkBody(source, schema, `${at}.base64`)
  return readImage({ mediaType, base64: data }, `${at}.base64`, context)
}

/**
 * Reads the `source` of a document.
 *
 * @param place of the block
 */
export function readDocumentSource(source: unknown, place: string, context: BlockContext): DocumentContent {
  const at = `${place}.document.source`
  const type = typeOf(source, DOCUMENT_SOURCES, at)
  switch (type) {
    case 'text':
      return { type: 'text', text: checkBody(source, TEXT_SOURCE, `${at}.text`).data }
    case 'content': {
      const { content } = checkBody(source, CONTENT_SOURCE, `${at}.content`)
      return { type: 'parts', parts: readContent(content, at, context) }
    }
    case 'base64':
      checkBody(source, PDF_SOURCE, `${at}.base64`)
      break
    case 'file':
      checkBody(source, FILE_SOURCE, `${at}.file`)
      break
    case 'url':
      checkBody(source, URL_SOURCE, `${at}.url`)
  }
  const resolved = context.documents.sourceOf(source)
  // What a checked source stands for was read before.
  if (resolved === undefined || resolved.type === 'image') throw invalidRequest(`${at}: it cannot be read`)
  return resolved
}

function readFileImage(
  resolved: ResolvedSource | undefined,
  place: string,
  context: BlockContext,
): ImagePart {
  if (resolved?.type !== 'image') throw invalidRequest(`${place}: it cannot be read`)
  const { mediaType, base64 } = resolved
  const known = IMAGE_TYPES.find((type) => type === mediaType)
  if (known === undefined) throw invalidRequest(`${place}: it is no image`)
  return readImage({ mediaType: known, base64 }, place, context)
}

function readContent(
  content: string | readonly unknown[],
  place: string,
  context: BlockContext,
): (TextPart | ImagePart)[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  return content.map((item, index) => {
    const at = `${place}.content.${index}`
    const type = typeOf(item, ['image', 'text'], at)
    const block = checkBody(item, BLOCK_SCHEMAS[type], `${at}.${type}`)
    return block.type === 'text'
      ? { type: 'text', text: block.text }
      : readImageSource(block.source, at, context)
  })
}
