import { describe, expect, it } from 'vitest'
import { blockContext } from '../../../test/block-context.ts'
import { refusal } from '../../../test/refusal.ts'
import { readDocument, readSearchResult } from './read-document.ts'

const PLACE = 'messages.0.content.0'
const text = (text: string) => ({ type: 'text', text })

describe('readDocument', () => {
  const read = (content: unknown, about: { title?: string | null; context?: string } = {}) =>
    readDocument({ type: 'document', source: { type: 'content', content }, ...about }, PLACE, blockContext())

  it('puts the text between tags', () => {
    expect(read('a')).toEqual([text('<document>\n<content>\na\n</content>\n</document>\n')])
  })

  it('names title and context in front, unless empty', () => {
    expect(read('a', { title: 'T', context: 'C' })).toEqual([
      text('<document>\n<title>T</title>\n<context>C</context>\n<content>\na\n</content>\n</document>\n'),
    ])
    expect(read('a', { title: null, context: '' })).toEqual(read('a'))
  })

  it('keeps images in their places', () => {
    const source = { type: 'base64', media_type: 'image/png', data: 'AAAA' }
    const image = { type: 'image', mediaType: 'image/png', source: { base64: 'AAAA' } }
    expect(read([text('a'), { type: 'image', source }, text('b')])).toEqual([
      text('<document>\n<content>\na'),
      image,
      text('b\n</content>\n</document>\n'),
    ])
  })
})

describe('readSearchResult', () => {
  const read = (...content: unknown[]) =>
    readSearchResult({ type: 'search_result', source: 'S', title: 'T', content }, PLACE, blockContext())

  it('puts its texts, one per line, between tags', () => {
    expect(read(text('a'), text('b'))).toEqual(
      text(
        '<search_result>\n<title>T</title>\n<source>S</source>\n<content>\na\nb\n</content>\n</search_result>\n',
      ),
    )
  })

  it.each<[unknown, string]>([
    [
      { type: 'image' },
      `${PLACE}.search_result.content.1: Input tag 'image' found using 'type' does not match any of the expected tags: 'text'`,
    ],
    [{ type: 'text', text: 7 }, `${PLACE}.search_result.content.1.text: Input should be a valid string`],
  ])('refuses %j', (item, message) => {
    expect(() => read(text('a'), item)).toThrow(refusal(message))
  })
})
