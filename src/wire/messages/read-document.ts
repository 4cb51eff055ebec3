import type { ImagePart, TextPart } from '../../completion/turn.ts'
import { checkBody } from '../body-schema.ts'
import type { BlockContext } from './block-context.ts'
import { BLOCK_SCHEMAS, type BlockOf } from './block-schemas.ts'
import { readDocumentSource } from './read-source.ts'
import { typeOf } from './type-of.ts'

/**
 * A document as the model reads it: its text between tags, with its images in place.
 */
export function readDocument(
  block: BlockOf<'document'>,
  place: string,
  context: BlockContext,
): (TextPart | ImagePart)[] {
  const about = tagged('title', block.title) + tagged('context', block.context)
  const parts: (TextPart | ImagePart)[] = []
  let text = `<document>\n${about}<content>\n`
  for (const part of readDocumentSource(block.source, place, context)) {
    if (part.type === 'text') text += part.text
    else {
      parts.push({ type: 'text', text }, part)
      text = ''
    }
  }
  return [...parts, { type: 'text', text: `${text}\n</content>\n</document>\n` }]
}

/** A search result as the model reads it: its texts between tags. */
export function readSearchResult(block: BlockOf<'search_result'>, place: string): TextPart {
  const texts = block.content.map((item, index) => {
    const at = `${place}.search_result.content.${index}`
    return checkBody(item, BLOCK_SCHEMAS[typeOf(item, ['text'], at)], at).text
  })
  const about = tagged('title', block.title) + tagged('source', block.source)
  const content = `<content>\n${texts.join('\n')}\n</content>\n`
  return { type: 'text', text: `<search_result>\n${about}${content}</search_result>\n` }
}

function tagged(tag: string, text: string | null | undefined): string {
  return text ? `<${tag}>${text}</${tag}>\n` : ''
}
