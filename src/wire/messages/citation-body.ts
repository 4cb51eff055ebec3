import type { Citation } from '../../completion/citation.ts'

/**
 * A citation of a text block.
 *
 * @param fileIds the file of each document of the request; null for one of another source
 * @see the API's guide on citations: responses
 */
export function citationBody(citation: Citation, fileIds: readonly (string | null)[]): object {
  const { citedText, range } = citation
  if (citation.type === 'search-result') {
    return {
      type: 'search_result_location',
      cited_text: citedText,
      source: citation.source,
      title: citation.title,
      search_result_index: citation.searchResultIndex,
      start_block_index: range.start,
      end_block_index: range.end,
    }
  }
  const about = {
    cited_text: citedText,
    document_index: citation.documentIndex,
    document_title: citation.documentTitle,
    file_id: fileIds[citation.documentIndex] ?? null,
  }
  switch (citation.type) {
    case 'characters':
      return { type: 'char_location', ...about, start_char_index: range.start, end_char_index: range.end }
    case 'pages':
      // Pages are counted from 1.
      return {
        type: 'page_location',
        ...about,
        start_page_number: range.start + 1,
        end_page_number: range.end + 1,
      }
    case 'blocks':
      return {
        type: 'content_block_location',
        ...about,
        start_block_index: range.start,
        end_block_index: range.end,
      }
  }
}
