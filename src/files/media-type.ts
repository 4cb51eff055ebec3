/** The type of a file that neither its sender nor its name tells. */
export const UNKNOWN_MEDIA_TYPE = 'application/octet-stream'
/** What a part of a form has that says nothing. */
const DEFAULT_PART_TYPE = 'text/plain'
const MAX_TYPE_UNITS = 255

/** The types of usual files, by extension. Of several extensions for one type, the first is its own. */
const TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  markdown: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  htm: 'text/html',
  xml: 'application/xml',
  json: 'application/json',
  jsonl: 'application/jsonl',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  webp: 'image/webp',
  zip: 'application/zip',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
}

/**
 * The type of a file: what its sender says, or, where that says nothing, what its name says.
 *
 * @param sent in lower case, without parameters
 */
export function mediaTypeOf(sent: string, filename: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(filename)?.[1]?.toLowerCase() ?? ''
  const named = Object.hasOwn(TYPES, extension) ? TYPES[extension] : undefined
  if (!isMediaType(sent) || sent === UNKNOWN_MEDIA_TYPE) return named ?? UNKNOWN_MEDIA_TYPE
  // Clients that send no type at all send PDFs and pictures so, too.
  if (sent === DEFAULT_PART_TYPE && named !== undefined && !isText(named)) return named
  return sent
}

/** The extension of files of a type, with its dot; empty where there is no usual one. */
export function extensionOf(mediaType: string): string {
  const [extension] = Object.entries(TYPES).find(([, type]) => type === mediaType) ?? []
  return extension === undefined ? '' : `.${extension}`
}

function isMediaType(text: string): boolean {
  return text.length <= MAX_TYPE_UNITS && /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(text)
}

function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || /\/(json|jsonl|xml)$/.test(mediaType)
}
