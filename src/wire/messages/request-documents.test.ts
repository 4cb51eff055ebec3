import { describe, expect, it } from 'vitest'
import { citableText, numberedChunks, RequestDocuments } from './request-documents.ts'

const open = (chunks: ReadonlyMap<unknown, readonly number[]> = new Map()) =>
  new RequestDocuments({ sources: new Map([['a', { type: 'text', text: 'A' }]]), chunks })
const NEVER = () => {
  throw new Error('nothing is cited')
}

describe('RequestDocuments', () => {
  it('counts documents and search results apart, in their order', () => {
    const documents = open()
    expect([documents.addDocument(false, null), documents.addDocument(false, 'file_1')]).toEqual([0, 1])
    expect([documents.addSearchResult(true), documents.addSearchResult(true)]).toEqual([0, 1])
    expect(documents.fileIds).toEqual([null, 'file_1'])
  })

  it.each([
    ['documents', (all: RequestDocuments, isCited: boolean) => all.addDocument(isCited, null), 'document'],
    [
      'search results',
      (all: RequestDocuments, isCited: boolean) => all.addSearchResult(isCited),
      'search_result',
    ],
  ])('refuses citations of some %s only', (_, add, kind) => {
    for (const first of [true, false]) {
      const documents = open()
      add(documents, first)
      add(documents, first)
      expect(documents.areCited).toBe(first)
      expect(() => add(documents, !first)).toThrow(
        `messages: citations must be enabled on all \`${kind}\` blocks of a request, or on none`,
      )
    }
  })

  it('may cite search results beside documents that are not cited', () => {
    const documents = open()
    documents.addDocument(false, null)
    expect(documents.areCited).toBe(false)
    documents.addSearchResult(true)
    expect(documents.areCited).toBe(true)
  })

  it('numbers what can be cited from 1', () => {
    const documents = open()
    const citable = { text: 'a', starts: [0], cite: NEVER }
    expect([documents.addCitable(citable), documents.addCitable(citable)]).toEqual([1, 2])
    expect(documents.citable).toEqual([citable, citable])
  })

  it('knows the sources that were resolved, and one chunk of those that were not split', () => {
    const documents = open(new Map([['a', [0, 5]]]))
    expect(documents.sourceOf('a')).toEqual({ type: 'text', text: 'A' })
    expect(documents.sourceOf('b')).toBeUndefined()
    expect([documents.startsOf('a'), documents.startsOf('b')]).toEqual([[0, 5], [0]])
  })
})

it('chunks that are joined are found again by where they begin', () => {
  const { text, starts } = citableText(['One. ', '', 'Two.'])
  expect([text, starts]).toEqual(['One. Two.', [0, 5, 5]])
  expect(numberedChunks(3, text, starts)).toEqual(['[3:1] One. ', '[3:2] ', '[3:3] Two.'])
  expect(numberedChunks(1, text, [0], '\n')).toEqual(['[1:1] One. Two.\n'])
})
