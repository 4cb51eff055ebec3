import type { ImagePart } from '../../completion/turn.ts'
import { invalidRequest } from '../body-schema.ts'
import {
  IMAGE_TYPES,
  type ImageContext,
  type ImageSource,
  imageTypeOf,
  MAX_IMAGE_BASE64_BYTES,
  readImage,
} from '../read-image.ts'

/** Allows for line breaks and percent-encoding; anything longer is too large in any case. */
const MAX_ENCODED_CHARACTERS = 2 * MAX_IMAGE_BASE64_BYTES
const WHITE_SPACE: ReadonlySet<number> = new Set(Array.from('\t\n\f\r ', (sign) => sign.charCodeAt(0)))

/**
 * Reads an `image_url`: a `data:` URL, or the URL of an image.
 *
 * @throws CompletionError `invalid-request`
 */
export function readImageUrl(url: string, place: string, context: ImageContext): ImagePart {
  const at = `${place}.image_url`
  return readImage(isDataUrl(url) ? readDataUrl(url, at) : { url }, at, context)
}

function isDataUrl(url: string): boolean {
  return /^data:/i.test(url)
}

/** @see RFC 2397, and the Fetch standard's "data: URL processor" for the characters that are ignored */
function readDataUrl(url: string, place: string): ImageSource {
  const comma = url.indexOf(',')
  const [type = '', ...parameters] = (comma === -1 ? '' : url.slice('data:'.length, comma)).split(';')
  const encoding = parameters.at(-1)?.trim().toLowerCase()
  if (encoding !== 'base64') {
    throw invalidRequest(`${place}.url: A data: URL should be 'data:<media type>;base64,<data>'`)
  }
  const namedType = imageTypeOf(type.trim().toLowerCase())
  const mediaType = IMAGE_TYPES.find((known) => known === namedType)
  if (mediaType === undefined) {
    const choices = IMAGE_TYPES.map((known) => `'${known}'`).join(', ')
    throw invalidRequest(`${place}.url: The media type of the image should be one of ${choices}`)
  }
  const encoded = url.slice(comma + 1)
  const base64 = encoded.length > MAX_ENCODED_CHARACTERS ? encoded : decoded(encoded)
  return { mediaType, base64 }
}

/** The base64 without percent-encoding and white space, and with its padding. */
function decoded(encoded: string): string {
  const bare = withoutWhiteSpace(withoutPercent(encoded))
  const missing = bare.endsWith('=') ? 0 : (4 - (bare.length % 4)) % 4
  // A single extra character encodes nothing.
  return missing === 3 ? bare : bare + '='.repeat(missing)
}

function withoutPercent(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** By hand: a `replace` of ten million line breaks takes a third of a second. */
function withoutWhiteSpace(text: string): string {
  if (!/[\t\n\f\r ]/.test(text) || /[^\0-\x7f]/.test(text)) return text
  const bytes = Buffer.from(text, 'latin1')
  let length = 0
  for (const byte of bytes) if (!WHITE_SPACE.has(byte)) bytes[length++] = byte
  return bytes.toString('latin1', 0, length)
}
