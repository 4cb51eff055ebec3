/** Where a citation's text stands: characters, pages or blocks, each from 0 and without the end. */
export interface CitedRange {
  readonly start: number
  readonly end: number
}

/** What a text of a reply is based on: an exact excerpt of something that the prompt holds. */
export type Citation =
  | {
      readonly type: 'characters' | 'pages' | 'blocks'
      readonly citedText: string
      /** Among all documents of the request. */
      readonly documentIndex: number
      readonly documentTitle: string | null
      readonly range: CitedRange
    }
  | {
      readonly type: 'search-result'
      readonly citedText: string
      /** Among all search results of the request. */
      readonly searchResultIndex: number
      readonly source: string
      readonly title: string | null
      readonly range: CitedRange
    }

/**
 * Something that a reply may cite. The prompt shows its chunks with their numbers, so that a model names what it cites instead
 * of repeating it.
 */
export interface CitableSource {
  /** Everything that can be cited, in one text. */
  readonly text: string
  /** Where each chunk of the text begins. */
  readonly starts: readonly number[]
  /** Makes the citation of an excerpt: `[start, end)` of the text, in the chunks from `first` to `last`. */
  readonly cite: (citedText: string, excerpt: CitedRange, chunks: CitedRange) => Citation
}
