import type { AssistantPart, SourceDocument, SourceSearchResult, UserPart } from '../completion/turn.ts'
import type { CacheableConversation } from './cacheable-conversation.ts'

/** What an image counts as: some 1,600 tokens. */
const IMAGE_UNITS = 6_400
/** What the schema of a tool, or the input of a call, counts as. */
const JSON_UNITS = 400

/** The size of a conversation in UTF-16 code units, about: enough to estimate its tokens. */
export function conversationUnits({ tools, system, turns }: CacheableConversation): number {
  let units = 0
  for (const { block } of tools) units += block.name.length + (block.description?.length ?? 0) + JSON_UNITS
  for (const { block } of system) units += block.length
  for (const { blocks } of turns) for (const { block } of blocks) units += partUnits(block)
  return units
}

/** How much text a byte of a PDF holds, about: most of them are pictures and fonts. */
const UNITS_PER_PDF_BYTE = 0.05

function documentUnits(document: SourceDocument | SourceSearchResult): number {
  if (document.type === 'search-result') return document.texts.reduce((sum, text) => sum + text.length, 0)
  const { source } = document
  switch (source.type) {
    case 'pdf':
      return Math.ceil(source.base64.length * UNITS_PER_PDF_BYTE)
    case 'text':
      return source.text.length
    case 'content':
      return source.parts.reduce((sum, part) => sum + partUnits(part), 0)
  }
}

function partUnits(part: UserPart | AssistantPart): number {
  switch (part.type) {
    case 'text':
      return part.document === undefined ? part.text.length : documentUnits(part.document)
    case 'thinking':
      return part.text.length
    case 'image':
      return IMAGE_UNITS
    case 'tool-call':
      return part.name.length + JSON_UNITS
    case 'tool-result':
      return part.parts.reduce((sum, inner) => sum + partUnits(inner), 0)
  }
}
