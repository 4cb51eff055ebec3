import * as z from 'zod'
import type { ImagePart, TextPart } from '../../completion/turn.ts'
import { checkBody, invalidRequest, oneOf, string } from '../body-schema.ts'
import { checkImageInput, IMAGE_TYPES, imageTypeOf, readImage } from '../read-image.ts'
import type { BlockContext } from './block-context.ts'
import { BLOCK_SCHEMAS, textOrList } from './block-schemas.ts'
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
const URL_SOURCE = z.strictObject({ type: z.literal('url'), url: string })
const TEXT_SOURCE = z.strictObject({
  type: z.literal('text'),
  media_type: oneOf(['text/plain']),
  data: string,
})
const CONTENT_SOURCE = z.strictObject({ type: z.literal('content'), content: textOrList })

/**
 * Reads the `source` of an image.
 *
 * @param place of the block
 */
export function readImageSource(source: unknown, place: string, context: BlockContext): ImagePart {
  checkImageInput(place, context)
  const at = `${place}.image.source`
  const type = typeOf(source, ['base64', 'url', 'file'], at)
  if (type === 'file') throw invalidRequest(`${at}: Files are not available on this server.`)
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
export function readDocumentSource(
  source: unknown,
  place: string,
  context: BlockContext,
): (TextPart | ImagePart)[] {
  const at = `${place}.document.source`
  const type = typeOf(source, ['base64', 'content', 'file', 'text', 'url'], at)
  switch (type) {
    case 'text':
      return [{ type: 'text', text: checkBody(source, TEXT_SOURCE, `${at}.text`).data }]
    case 'content':
      return readContent(checkBody(source, CONTENT_SOURCE, `${at}.content`).content, at, context)
    case 'file':
      throw invalidRequest(`${at}: Files are not available on this server.`)
    default:
      throw invalidRequest(`${place}.source: PDF documents are not supported by model '${context.modelId}'.`)
  }
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
