import type { CitableSource, Citation } from './citation.ts'
import type { CompletionEvent, TextDelta } from './completion-event.ts'
import type { EventTransform } from './event-transform.ts'

/** The longest marker. Text that may become one is held back for so long at most. */
const MAX_MARKER_UNITS = 160
/** Most chunks that one citation joins. */
const MAX_CITED_CHUNKS = 50
/** Most citations of one text. */
const MAX_CITATIONS = 20

const START = '<cite'
const END = '</cite>'
const WHOLE_START = /^<cite(?:\s[^<>]*)?>/
const BEGUN_START = /^<cite(?:\s[^<>]*)?$/
const REFERENCE = /(\d{1,6})\s*:\s*(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?/g

/**
 * Turns the markers with which a model cites, `<cite ref="1:2">…</cite>`, into citations. Of a marker nothing is shown; what it
 * refers to is looked up, and left out where there is no such chunk. The result does not depend on how the text is cut.
 */
export function citationFilter(sources: readonly CitableSource[]): EventTransform {
  const filter = new CitationFilter(sources)
  return (events) => events.flatMap((event) => filter.push(event))
}

class CitationFilter {
  readonly #sources: readonly CitableSource[]
  /** What may become a marker. */
  #held = ''
  /** Tokens that no delta carries yet. */
  #heldTokens = 0
  /** Of the marker that is open; null outside of any. */
  #cited: readonly Citation[] | null = null
  #hasText = false

  constructor(sources: readonly CitableSource[]) {
    this.#sources = sources
  }

  push(event: CompletionEvent): readonly CompletionEvent[] {
    switch (event.type) {
      case 'text-delta':
        return this.#pushText(event)
      case 'thinking-delta':
      case 'tool-call-start':
      case 'completion-end':
        return [...this.#finish(), event]
      default:
        return [event]
    }
  }

  #pushText({ text, completionTokens }: TextDelta): readonly CompletionEvent[] {
    this.#heldTokens += completionTokens
    if (this.#held === '' && !text.includes('<')) return this.#textEvents(text)
    const events: CompletionEvent[] = []
    let rest = this.#held + text
    this.#held = ''
    while (rest !== '') {
      const at = rest.indexOf('<')
      const plain = at === -1 ? rest : rest.slice(0, at)
      events.push(...this.#textEvents(plain))
      rest = rest.slice(plain.length)
      if (rest === '') break
      const marker = markerAt(rest)
      if (marker === 'undecided') {
        this.#held = rest
        break
      }
      if (marker === null) {
        events.push(...this.#textEvents('<'))
        rest = rest.slice(1)
        continue
      }
      events.push(...this.#endBlock())
      this.#cited = marker === END ? null : this.#citationsOf(marker)
      rest = rest.slice(marker.length)
    }
    return events
  }

  #textEvents(text: string): readonly CompletionEvent[] {
    if (text === '') return []
    this.#hasText = true
    const completionTokens = this.#heldTokens
    this.#heldTokens = 0
    return [{ type: 'text-delta', text, completionTokens }]
  }

  /** Ends the text before a marker, with what it cites. */
  #endBlock(): readonly CompletionEvent[] {
    if (!this.#hasText) return []
    this.#hasText = false
    const citations = this.#cited ?? []
    return [
      ...citations.map((citation): CompletionEvent => ({ type: 'citation', citation })),
      { type: 'text-block-end' },
    ]
  }

  /** What is held back is no marker, as nothing follows it. An open marker ends here. */
  #finish(): readonly CompletionEvent[] {
    const held = this.#held
    this.#held = ''
    const isCut = held.startsWith(START) || END.startsWith(held)
    const events = [...this.#textEvents(isCut && this.#isMarkerCut(held) ? '' : held)]
    if (this.#cited !== null) events.push(...this.#endBlock())
    this.#cited = null
    if (this.#heldTokens === 0) return events
    const completionTokens = this.#heldTokens
    this.#heldTokens = 0
    return [...events, { type: 'text-delta', text: '', completionTokens }]
  }

  /** A marker that the end of the reply cuts is not shown; a single `<` is text. */
  #isMarkerCut(held: string): boolean {
    return held.startsWith(START) || (this.#cited !== null && held.length > 1)
  }

  #citationsOf(marker: string): readonly Citation[] {
    const citations = new Map<string, Citation>()
    for (const [, source = '', first = '', last = first] of marker.matchAll(REFERENCE)) {
      const citation = this.#cite(Number(source) - 1, Number(first) - 1, Number(last) - 1)
      if (citation !== null) citations.set(`${source}:${first}-${last}`, citation)
      if (citations.size === MAX_CITATIONS) break
    }
    return [...citations.values()]
  }

  /** Null where the model refers to something that there is not. */
  #cite(sourceIndex: number, first: number, last: number): Citation | null {
    const source = this.#sources[sourceIndex]
    if (source === undefined) return null
    const { text, starts } = source
    if (first < 0 || last < first || last >= starts.length || last - first >= MAX_CITED_CHUNKS) return null
    const whole = text.slice(starts[first], starts[last + 1])
    const citedText = whole.trim()
    if (citedText === '') return null
    const start = (starts[first] ?? 0) + whole.indexOf(citedText)
    const excerpt = { start, end: start + citedText.length }
    return source.cite(citedText, excerpt, { start: first, end: last + 1 })
  }
}

/** The marker with which a text begins; null for none, `undecided` where more text decides. */
function markerAt(text: string): string | null {
  if (text.startsWith(END)) return END
  const [start] = WHOLE_START.exec(text.slice(0, MAX_MARKER_UNITS)) ?? []
  if (start !== undefined) return start
  if (text.length >= MAX_MARKER_UNITS) return null
  const mayBecomeOne = END.startsWith(text) || START.startsWith(text) || BEGUN_START.test(text)
  return mayBecomeOne ? 'undecided' : null
}
