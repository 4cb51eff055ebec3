import { expect, it } from 'vitest'
import { citationBody } from './citation-body.ts'

const DOCUMENT = {
  citedText: 'Grass.',
  documentIndex: 1,
  documentTitle: 'Facts',
  range: { start: 0, end: 6 },
}
const ABOUT = { cited_text: 'Grass.', document_index: 1, document_title: 'Facts' }

it.each([
  ['characters', { type: 'char_location', start_char_index: 0, end_char_index: 6 }],
  ['pages', { type: 'page_location', start_page_number: 1, end_page_number: 7 }],
  ['blocks', { type: 'content_block_location', start_block_index: 0, end_block_index: 6 }],
] as const)('a citation of %s names where they stand', (type, place) => {
  expect(citationBody({ type, ...DOCUMENT }, [])).toEqual({ ...place, ...ABOUT, file_id: null })
})

it('a citation names the file of its own document', () => {
  const citation = { type: 'blocks', ...DOCUMENT } as const
  expect(citationBody(citation, ['file_0', 'file_1'])).toMatchObject({ file_id: 'file_1' })
  expect(citationBody(citation, ['file_0', null])).toMatchObject({ file_id: null })
})

it('a citation of a search result names its source', () => {
  const citation = {
    type: 'search-result',
    citedText: 'Grass.',
    searchResultIndex: 2,
    source: 'https://a',
    title: null,
    range: { start: 3, end: 4 },
  } as const
  expect(citationBody(citation, ['file_0'])).toEqual({
    type: 'search_result_location',
    cited_text: 'Grass.',
    source: 'https://a',
    title: null,
    search_result_index: 2,
    start_block_index: 3,
    end_block_index: 4,
  })
})
