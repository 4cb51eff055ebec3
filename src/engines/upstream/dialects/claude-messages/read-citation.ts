import type { Citation } from '../../../../completion/citation.ts'
import type { JsonObject } from '../../../../util/json-object.ts'
import { countAt, textAt } from '../../../../util/json-value.ts'

/** A citation of the Messages API; null for one of another kind. */
export function readCitation(json: JsonObject | undefined): Citation | null {
  const citedText = textAt(json, 'cited_text')
  if (citedText === undefined) return null
  const about = {
    citedText,
    documentIndex: countAt(json, 'document_index') ?? 0,
    documentTitle: textAt(json, 'document_title') ?? null,
  }
  const range = (start: string, end: string, first = 0) => ({
    start: (countAt(json, start) ?? first) - first,
    end: (countAt(json, end) ?? first) - first,
  })
  switch (json?.type) {
    case 'char_location':
      return { type: 'characters', ...about, range: range('start_char_index', 'end_char_index') }
    case 'page_location':
      return { type: 'pages', ...about, range: range('start_page_number', 'end_page_number', 1) }
    case 'content_block_location':
      return { type: 'blocks', ...about, range: range('start_block_index', 'end_block_index') }
    case 'search_result_location':
      return {
        type: 'search-result',
        citedText,
        searchResultIndex: countAt(json, 'search_result_index') ?? 0,
        source: textAt(json, 'source') ?? '',
        title: textAt(json, 'title') ?? null,
        range: range('start_block_index', 'end_block_index'),
      }
    default:
      return null
  }
}
