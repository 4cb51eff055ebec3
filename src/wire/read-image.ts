import type { ImagePart } from '../completion/turn.ts'
import { invalidRequest } from './body-schema.ts'

/** Largest image, in base64. @see the API's guide on vision: limits */
export const MAX_IMAGE_BASE64_BYTES = 5 * 1024 * 1024
export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'] as const

/** Other names that some clients use for {@link IMAGE_TYPES}. */
const OTHER_TYPE_NAMES: ReadonlyMap<string, (typeof IMAGE_TYPES)[number]> = new Map([
  ['image/jpg', 'image/jpeg'],
  ['image/pjpeg', 'image/jpeg'],
  ['image/x-png', 'image/png'],
])

/** The registered name of an image's media type; other texts stay as they are. */
export function imageTypeOf(mediaType: string): string {
  return OTHER_TYPE_NAMES.get(mediaType) ?? mediaType
}

/** An image as clients send it: base64 or a URL. */
export type ImageSource =
  | { readonly mediaType: (typeof IMAGE_TYPES)[number]; readonly base64: string }
  | { readonly url: string }

/** What images are read with, in every API. */
export interface ImageContext {
  /** The resolved id of the model that will respond. */
  readonly modelId: string
  /** @throws CompletionError `overloaded` while the model is loading */
  readonly capabilities: () => { readonly images: boolean }
  readonly rules: {
    /** Accepts images by URL; the model's own server then fetches them. */
    readonly allowImageUrls: boolean
  }
}

/**
 * Refuses images for a model that is not a vision model.
 *
 * @throws CompletionError `invalid-request`
 */
export function checkImageInput(place: string, { capabilities, modelId }: ImageContext): void {
  if (capabilities().images) return
  throw invalidRequest(`${place}: Image input is not supported by model '${modelId}'.`)
}

/**
 * Reads an image and checks it against the rules that all APIs share.
 *
 * @param place of the source
 * @throws CompletionError `invalid-request`
 */
export function readImage(source: ImageSource, place: string, { rules }: ImageContext): ImagePart {
  if ('url' in source) {
    if (!rules.allowImageUrls) {
      throw invalidRequest(`${place}: Images are not fetched by this server. Send the data of the image.`)
    }
    if (!isWebAddress(source.url)) throw invalidRequest(`${place}.url: Input should be a valid URL`)
    return { type: 'image', mediaType: null, source }
  }
  const { mediaType, base64 } = source
  if (base64.length > MAX_IMAGE_BASE64_BYTES) {
    const excess = `${base64.length} bytes > ${MAX_IMAGE_BASE64_BYTES} bytes`
    throw invalidRequest(`${place}: image exceeds 5 MB maximum: ${excess}`)
  }
  if (!isBase64(base64)) throw invalidRequest(`${place}.data: Invalid base64 data`)
  return { type: 'image', mediaType, source: { base64 } }
}

function isBase64(text: string): boolean {
  if (text === '' || text.length % 4 !== 0) return false
  // Searching for the first invalid character is linear: it never backtracks.
  return !/[^A-Za-z0-9+/]/.test(text.slice(0, -2)) && /(?:[A-Za-z0-9+/]{2}|[A-Za-z0-9+/]=|==)$/.test(text)
}

function isWebAddress(url: string): boolean {
  return /^https?:\/\/[^\s\p{Cc}]+$/iu.test(url) && URL.canParse(url)
}
