import * as z from 'zod'
import type { ImagePart, TextPart } from '../../completion/turn.ts'
import { checkBody, invalidRequest, list, ofType, string } from '../body-schema.ts'
import type { ImageContext } from '../read-image.ts'
import { checkImageInput } from '../read-image.ts'
import { readImageUrl } from './read-image-url.ts'

export const CONTENT = z.union([z.string(), list], { error: 'Input should be a valid string or list' })

/** `content` as {@link CONTENT} accepts it, or left out. */
export type ChatContent = z.infer<typeof CONTENT> | null | undefined

const PART = z.object(
  {
    type: string,
    text: string.nullish(),
    refusal: string.nullish(),
    image_url: z.unknown().optional(),
  },
  { error: ofType('dictionary') },
)

const IMAGE_URL = z.object({ url: string }, { error: ofType('dictionary') })

/**
 * The text of a message that may hold nothing else.
 *
 * @throws CompletionError `invalid-request` for any other part
 */
export function readText(content: ChatContent, place: string): string {
  const parts = readParts(content, place, () => {
    throw invalidRequest(`${place}: only text may stand here`)
  })
  return parts.map(({ text }) => text).join('')
}

/**
 * Reads text and images. Audio is dropped, as the API's page on OpenAI SDK compatibility says.
 *
 * @throws CompletionError `invalid-request` for a part of another kind
 */
export function readContent(
  content: ChatContent,
  place: string,
  context: ImageContext,
): (TextPart | ImagePart)[] {
  return readParts(content, place, (image, at) => {
    checkImageInput(at, context)
    // Some clients send the URL alone.
    const url = typeof image === 'string' ? image : checkBody(image, IMAGE_URL, `${at}.image_url`).url
    return readImageUrl(url, at, context)
  })
}

function readParts<Image>(
  content: ChatContent,
  place: string,
  readImagePart: (image: unknown, place: string) => Image,
): (TextPart | Image)[] {
  if (content === null || content === undefined) return []
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  return content.flatMap((part, index) => readPart(part, `${place}.${index}`, readImagePart))
}

function readPart<Image>(
  unchecked: unknown,
  place: string,
  readImagePart: (image: unknown, place: string) => Image,
): (TextPart | Image)[] {
  const { type, text, refusal, image_url } = checkBody(unchecked, PART, place)
  switch (type) {
    case 'text':
    case 'input_text':
    case 'output_text':
    case 'reasoning_text':
    case 'summary_text':
    case 'refusal': {
      const content = text ?? refusal ?? ''
      return content === '' ? [] : [{ type: 'text', text: content }]
    }
    case 'image_url':
    case 'input_image':
      return [readImagePart(image_url, place)]
    case 'input_audio':
      return []
    default:
      throw invalidRequest(
        `${place}.type: '${type.slice(0, 64)}' is not supported: use 'text' or 'image_url'`,
      )
  }
}
