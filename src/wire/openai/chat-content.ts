import * as z from 'zod'
import type { HumanPart, ImagePart } from '../../completion/turn.ts'
import { invalidRequest, list, ofType, string } from '../body-schema.ts'

/** `content` of a message: a text, or parts. */
export const CONTENT = z.union([z.string(), list], { error: 'Input should be a valid string or list' })

/** What {@link CONTENT} lets through, with what a message without content has. */
export type ChatContent = z.infer<typeof CONTENT> | null | undefined

const PART = z.object(
  {
    type: string,
    text: string.nullish(),
    refusal: string.nullish(),
    image_url: z.object({ url: string }, { error: ofType('dictionary') }).nullish(),
  },
  { error: ofType('dictionary') },
)

/**
 * The words of a message that holds nothing else.
 *
 * @throws CompletionError `invalid-request` for a part that is no text
 */
export function readText(content: ChatContent, place: string): string {
  let text = ''
  for (const part of readHumanContent(content, place)) {
    if (part.type !== 'text') throw invalidRequest(`${place}: only text may stand here`)
    text += part.text
  }
  return text
}

/**
 * Texts and pictures. Sound is dropped, as the API's page on OpenAI SDK compatibility says.
 *
 * @throws CompletionError `invalid-request` for a part of another kind
 */
export function readHumanContent(content: ChatContent, place: string): HumanPart[] {
  if (content === null || content === undefined) return []
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  return content.flatMap((part, index) => readPart(part, `${place}.${index}`))
}

/** Where the first picture stands among the parts as they came; -1 where there is none. */
export function firstImageIndex(content: ChatContent): number {
  if (!Array.isArray(content)) return -1
  return content.findIndex((part) => PART.safeParse(part).data?.type === 'image_url')
}

function readPart(unchecked: unknown, place: string): HumanPart[] {
  const result = PART.safeParse(unchecked)
  if (!result.success) {
    const issue = result.error.issues[0]
    throw invalidRequest(`${[place, ...(issue?.path ?? [])].map(String).join('.')}: ${issue?.message}`)
  }
  const { type, text, refusal, image_url } = result.data
  switch (type) {
    case 'text':
    case 'refusal': {
      const words = text ?? refusal ?? ''
      return words === '' ? [] : [{ type: 'text', text: words }]
    }
    case 'image_url':
      if (!image_url) throw invalidRequest(`${place}.image_url: Field required`)
      return [readImage(image_url.url)]
    case 'input_audio':
      return []
    default:
      throw invalidRequest(
        `${place}.type: '${type.slice(0, 64)}' is not supported: use 'text' or 'image_url'`,
      )
  }
}

function readImage(url: string): ImagePart {
  const data = /^data:([^;,]*);base64,(.*)$/s.exec(url)
  if (!data) return { type: 'image', mediaType: null, source: { url } }
  return { type: 'image', mediaType: data[1] || null, source: { base64: data[2] ?? '' } }
}
