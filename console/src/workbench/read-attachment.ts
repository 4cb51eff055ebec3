import type { Attachment } from '../api/workbench/workbench-prompt.ts'

/** Larger ones belong to the page "Files". */
export const MAX_ATTACHMENT_BYTES = 20 << 20
/** What a file field offers. */
export const ATTACHMENT_TYPES =
  'image/png,image/jpeg,image/gif,image/webp,application/pdf,text/*,.md,.json,.csv,.txt'
const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']

/**
 * Reads a file that goes along with a turn.
 *
 * @throws Error that says why it cannot
 */
export async function readAttachment(file: File): Promise<Attachment> {
  const { name, type, size } = file
  if (size > MAX_ATTACHMENT_BYTES) throw new Error(`${name} is larger than 20 MiB.`)
  if (IMAGE_TYPES.includes(type) || type === 'application/pdf') {
    return { name, mediaType: type, data: toBase64(new Uint8Array(await file.arrayBuffer())) }
  }
  if (type.startsWith('image/')) throw new Error(`${name}: pictures are PNG, JPEG, GIF or WebP.`)
  const data = await file.text()
  if (data.includes('\u0000')) throw new Error(`${name} is neither a picture, a PDF nor a text.`)
  return { name, mediaType: 'text/plain', data }
}

const CHUNK_BYTES = 0x8000

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
    text += String.fromCharCode(...bytes.subarray(start, start + CHUNK_BYTES))
  }
  return btoa(text)
}
