import type { ImagePart, TextPart, ToolResultPart } from '../../completion/turn.ts'
import { textAt } from '../../util/json-value.ts'
import { checkBody, invalidRequest } from '../body-schema.ts'
import type { BlockContext } from './block-context.ts'
import { BLOCK_SCHEMAS, type BlockOf, BROWSER_STATE, TOOL_REFERENCE } from './block-schemas.ts'
import { readDocument, readSearchResult } from './read-document.ts'
import { readImageSource } from './read-source.ts'
import { typeOf } from './type-of.ts'

export function readToolResult(
  block: BlockOf<'tool_result'>,
  place: string,
  context: BlockContext,
): ToolResultPart {
  return {
    type: 'tool-result',
    toolCallId: block.tool_use_id,
    parts: readContent(block.content ?? '', `${place}.tool_result.content`, context),
    isError: block.is_error ?? false,
  }
}

function readContent(
  content: string | readonly unknown[],
  place: string,
  context: BlockContext,
): (TextPart | ImagePart)[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  checkSearchResults(content, place)
  return content.flatMap((item, index) => readItem(item, `${place}.${index}`, context))
}

/** @see the API's guide on search results: results of tools */
function checkSearchResults(content: readonly unknown[], place: string): void {
  const others = content.findIndex((item) => textAt(item, 'type') !== 'search_result')
  if (others < 0 || !content.some((item) => textAt(item, 'type') === 'search_result')) return
  throw invalidRequest(
    `${place}.${others}: Input should be a 'search_result' block, since the same tool result has one: either all of its blocks are search results, or none`,
  )
}

const ITEM_TYPES = [
  ...(['text', 'image', 'search_result', 'document'] as const),
  ...(['tool_reference', 'browser_state'] as const),
] as const

function readItem(item: unknown, place: string, context: BlockContext): (TextPart | ImagePart)[] {
  const type = typeOf(item, ITEM_TYPES, place)
  // Tools whose loading is deferred are offered from the start: their name is all that a reference adds.
  if (type === 'tool_reference') {
    const { tool_name: name } = checkBody(item, TOOL_REFERENCE, `${place}.tool_reference`)
    return [{ type: 'text', text: `Found tool: ${name}` }]
  }
  if (type === 'browser_state') {
    const { tabs, state_changes } = checkBody(item, BROWSER_STATE, `${place}.browser_state`)
    const json = JSON.stringify({ tabs, ...(state_changes ? { state_changes } : {}) })
    return [{ type: 'text', text: `<browser_state>\n${json}\n</browser_state>\n` }]
  }
  const block = checkBody(item, BLOCK_SCHEMAS[type], `${place}.${type}`)
  switch (block.type) {
    case 'text':
      return block.text === '' ? [] : [{ type: 'text', text: block.text }]
    case 'image':
      return [readImageSource(block.source, place, context)]
    case 'search_result':
      return [readSearchResult(block, place, context)]
    case 'document':
      return readDocument(block, place, context)
  }
}
