import { describe, expect, it } from 'vitest'
import { refusal } from '../../../test/refusal.ts'
import { type ChatContent, readContent, readText } from './chat-content.ts'

const PLACE = 'messages.0.content'
const IMAGE_URL = 'data:image/png;base64,iVBO'
const image = { type: 'image', mediaType: 'image/png', source: { base64: 'iVBO' } }

describe('readText', () => {
  it.each<[ChatContent, string]>([
    [undefined, ''],
    [null, ''],
    ['a', 'a'],
    [
      [
        { type: 'text', text: 'a' },
        { type: 'refusal', refusal: 'b' },
        { type: 'input_audio' },
        { type: 'text', text: null },
      ],
      'ab',
    ],
  ])('reads %j', (content, text) => {
    expect(readText(content, PLACE)).toBe(text)
  })

  it('refuses images', () => {
    expect(() => readText([{ type: 'image_url', image_url: IMAGE_URL }], PLACE)).toThrow(
      refusal('messages.0.content: only text may stand here'),
    )
  })
})

describe('readContent', () => {
  const read = (content: ChatContent, images = true) =>
    readContent(content, PLACE, {
      modelId: 'm',
      capabilities: () => ({ images }),
      rules: { allowImageUrls: false },
    })

  it.each<[ChatContent, unknown[]]>([
    [null, []],
    ['', []],
    ['a', [{ type: 'text', text: 'a' }]],
    [
      [
        { type: 'text', text: '' },
        { type: 'text', text: 'a' },
      ],
      [{ type: 'text', text: 'a' }],
    ],
    [[{ type: 'image_url', image_url: { url: IMAGE_URL, detail: 'low' } }], [image]],
    [[{ type: 'image_url', image_url: IMAGE_URL }], [image]],
  ])('reads %j', (content, parts) => {
    expect(read(content)).toEqual(parts)
  })

  it.each<[unknown, string]>([
    ['a', `${PLACE}.0: Input should be a valid dictionary`],
    [{}, `${PLACE}.0.type: Field required`],
    [{ type: 'text', text: 7 }, `${PLACE}.0.text: Input should be a valid string`],
    [
      { type: 'x'.repeat(65) },
      `${PLACE}.0.type: '${'x'.repeat(64)}' is not supported: use 'text' or 'image_url'`,
    ],
    [{ type: 'image_url' }, `${PLACE}.0.image_url: Field required`],
    [{ type: 'image_url', image_url: {} }, `${PLACE}.0.image_url.url: Field required`],
  ])('refuses %j', (part, message) => {
    expect(() => read([part])).toThrow(refusal(message))
  })

  it('refuses images for a model that is not a vision model', () => {
    expect(() => read([{ type: 'image_url', image_url: 7 }], false)).toThrow(
      refusal(`${PLACE}.0: Image input is not supported by model 'm'.`),
    )
  })
})
