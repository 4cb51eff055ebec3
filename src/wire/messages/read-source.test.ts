import { describe, expect, it } from 'vitest'
import { blockContext } from '../../../test/block-context.ts'
import { refusal } from '../../../test/refusal.ts'
import { readDocumentSource, readImageSource } from './read-source.ts'

const PLACE = 'messages.0.content.0'
const PNG = { type: 'base64', media_type: 'image/png', data: 'AAAA' }
const URL_SOURCE = { type: 'url', url: 'https://example.com/a.png' }
const IMAGE = { type: 'image', mediaType: 'image/png', source: { base64: 'AAAA' } }

describe('readImageSource', () => {
  const context = blockContext({ rules: { allowImageUrls: true } })

  it('reads base64', () => {
    expect(readImageSource(PNG, PLACE, context)).toEqual(IMAGE)
  })

  it.each(['image/jpg', 'image/pjpeg', 'IMAGE/JPEG'])('reads %s as image/jpeg', (media_type) => {
    expect(readImageSource({ ...PNG, media_type }, PLACE, context)).toMatchObject({ mediaType: 'image/jpeg' })
    const strict = blockContext({ rules: { strictRequests: true } })
    expect(() => readImageSource({ ...PNG, media_type }, PLACE, strict)).toThrow(
      /media_type: Input should be/,
    )
  })

  it('reads a URL', () => {
    const image = { type: 'image', mediaType: null, source: { url: URL_SOURCE.url } }
    expect(readImageSource(URL_SOURCE, PLACE, context)).toEqual(image)
  })

  it.each<[unknown, string]>([
    [undefined, `${PLACE}.image.source: Field required`],
    [{ type: 'file', file_id: 'f' }, `${PLACE}.image.source.file: it cannot be read`],
    [{ type: 'url' }, `${PLACE}.image.source.url.url: Field required`],
    [{ type: 'url', url: 'a.png' }, `${PLACE}.image.source.url.url: Input should be a valid URL`],
    [{ ...URL_SOURCE, data: '' }, `${PLACE}.image.source.url.data: Extra inputs are not permitted`],
    [
      { ...PNG, media_type: 'image/bmp' },
      `${PLACE}.image.source.base64.media_type: Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'`,
    ],
    [{ ...PNG, data: 7 }, `${PLACE}.image.source.base64.data: Input should be a valid string`],
    [{ ...PNG, data: '?' }, `${PLACE}.image.source.base64.data: Invalid base64 data`],
    [{ ...PNG, url: '' }, `${PLACE}.image.source.base64.url: Extra inputs are not permitted`],
  ])('refuses %j', (source, message) => {
    expect(() => readImageSource(source, PLACE, context)).toThrow(refusal(message))
  })

  it('refuses URLs without the rule allowImageUrls', () => {
    expect(() => readImageSource(URL_SOURCE, PLACE, blockContext())).toThrow(
      refusal(
        `${PLACE}.image.source.url: Images are not fetched by this server. Send the data of the image.`,
      ),
    )
  })

  it('refuses every image, before looking into it, for a model that is not a vision model', () => {
    const textOnly = blockContext({ capabilities: { images: false } })
    expect(() => readImageSource(undefined, PLACE, textOnly)).toThrow(
      refusal(`${PLACE}: Image input is not supported by model 'm'.`),
    )
  })
})

const partsOf = (...parts: object[]) => ({ type: 'parts', parts })

describe('readDocumentSource', () => {
  const read = (source: unknown) => readDocumentSource(source, PLACE, blockContext())

  it.each<[unknown, object]>([
    [
      { type: 'text', media_type: 'text/plain', data: 'a' },
      { type: 'text', text: 'a' },
    ],
    [{ type: 'content', content: 'a' }, partsOf({ type: 'text', text: 'a' })],
    [
      {
        type: 'content',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', source: PNG },
        ],
      },
      partsOf({ type: 'text', text: 'a' }, IMAGE),
    ],
    [{ type: 'content', content: [] }, partsOf()],
  ])('reads %j', (source, content) => {
    expect(read(source)).toEqual(content)
  })

  it.each<[unknown, string]>([
    [undefined, `${PLACE}.document.source: Field required`],
    [
      { type: 'base64', media_type: 'text/plain', data: 'AAAA' },
      `${PLACE}.document.source.base64.media_type: Input should be 'application/pdf'`,
    ],
    [{ type: 'url' }, `${PLACE}.document.source.url.url: Field required`],
    [{ type: 'file' }, `${PLACE}.document.source.file.file_id: Field required`],
    [
      { type: 'text', media_type: 'text/html', data: 'a' },
      `${PLACE}.document.source.text.media_type: Input should be 'text/plain'`,
    ],
    [
      { type: 'text', media_type: 'text/plain', data: 7 },
      `${PLACE}.document.source.text.data: Input should be a valid string`,
    ],
    [
      { type: 'content', content: 7 },
      `${PLACE}.document.source.content.content: Input should be a valid string or list`,
    ],
    [
      { type: 'content', content: [{ type: 'text', text: 'a' }, { type: 'text' }] },
      `${PLACE}.document.source.content.1.text.text: Field required`,
    ],
    [
      { type: 'content', content: [{ type: 'image', source: { type: 'file' } }] },
      `${PLACE}.document.source.content.0.image.source.file.file_id: Field required`,
    ],
  ])('refuses %j', (source, message) => {
    expect(() => read(source)).toThrow(refusal(message))
  })
})
