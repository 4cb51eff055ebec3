import * as z from 'zod'
import { oneOf, string } from '../body-schema.ts'

// The sources of documents and images that name something else than themselves, or that have to be unpacked.

/** Every `type` of a source. */
export const IMAGE_SOURCES = ['base64', 'url', 'file'] as const
export const DOCUMENT_SOURCES = ['base64', 'content', 'file', 'text', 'url'] as const

export const FILE_SOURCE = z.strictObject({ type: z.literal('file'), file_id: string })
export const PDF_SOURCE = z.strictObject({
  type: z.literal('base64'),
  media_type: oneOf(['application/pdf']),
  data: string,
})
export const URL_SOURCE = z.strictObject({ type: z.literal('url'), url: string })
