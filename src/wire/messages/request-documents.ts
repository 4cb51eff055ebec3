import type { CitableSource } from '../../completion/citation.ts'
import { invalidRequest } from '../body-schema.ts'
import type { ResolvedSource, ResolvedSources } from './resolve-sources.ts'

/** The part of a document or search result that can be cited. */
export interface NewCitable {
  readonly text: string
  readonly starts: readonly number[]
  readonly cite: CitableSource['cite']
}

/**
 * The documents and search results of a request, in the order of its messages: citations name them by their place among all of
 * their kind.
 */
export class RequestDocuments {
  readonly #resolved: ResolvedSources
  readonly #citable: CitableSource[] = []
  readonly #fileIds: (string | null)[] = []
  #searchResults = 0
  /** Whether the first document, or search result, asks for citations. */
  #isCited: { document?: boolean; search_result?: boolean } = {}

  constructor(resolved: ResolvedSources) {
    this.#resolved = resolved
  }

  /** What a reply may cite; empty where nothing asks for it, or the engine cites by itself. */
  get citable(): readonly CitableSource[] {
    return this.#citable
  }

  /** The file of each document; null for one of another source. */
  get fileIds(): readonly (string | null)[] {
    return this.#fileIds
  }

  get areCited(): boolean {
    return this.#isCited.document === true || this.#isCited.search_result === true
  }

  sourceOf(source: unknown): ResolvedSource | undefined {
    return this.#resolved.sources.get(source)
  }

  /** Where the chunks of a source's text begin that may be cited. */
  startsOf(source: unknown): readonly number[] {
    return this.#resolved.chunks.get(source) ?? [0]
  }

  /** Counts a document, and returns its index. @throws CompletionError `invalid-request` */
  addDocument(isCited: boolean, fileId: string | null): number {
    this.#checkCited('document', isCited)
    return this.#fileIds.push(fileId) - 1
  }

  /** Counts a search result, and returns its index. @throws CompletionError `invalid-request` */
  addSearchResult(isCited: boolean): number {
    this.#checkCited('search_result', isCited)
    this.#searchResults += 1
    return this.#searchResults - 1
  }

  /** Lets a reply cite something; returns the number by which the prompt shows it. */
  addCitable(citable: NewCitable): number {
    return this.#citable.push(citable)
  }

  #checkCited(kind: 'document' | 'search_result', isCited: boolean): void {
    this.#isCited[kind] ??= isCited
    if (this.#isCited[kind] === isCited) return
    throw invalidRequest(
      `messages: citations must be enabled on all \`${kind}\` blocks of a request, or on none`,
    )
  }
}

/** Joins chunks to a text that can be cited, and remembers where each begins. */
export function citableText(chunks: readonly string[]): { text: string; starts: readonly number[] } {
  const starts: number[] = []
  let length = 0
  for (const chunk of chunks) {
    starts.push(length)
    length += chunk.length
  }
  return { text: chunks.join(''), starts }
}

/** The chunks of a text, each with its number in front. */
export function numberedChunks(
  number: number,
  text: string,
  starts: readonly number[],
  between = '',
): string[] {
  return starts.map(
    (start, index) => `[${number}:${index + 1}] ${text.slice(start, starts[index + 1])}${between}`,
  )
}
