import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_IMAGE_BASE64_BYTES } from '../read-image.ts'
import { readImageUrl } from './read-image-url.ts'

const read = (url: string, allowImageUrls = false) =>
  readImageUrl(url, 'p', { modelId: 'm', capabilities: () => ({ images: true }), rules: { allowImageUrls } })

const PNG = { type: 'image', mediaType: 'image/png', source: { base64: 'ab+/' } }

describe('a data: URL', () => {
  it.each([
    'data:image/png;base64,ab+/',
    'DATA:IMAGE/PNG;BASE64,ab+/',
    'data:image/png ; base64,ab+/',
    'data:image/png;charset=utf-8;name=a.png;base64,ab+/',
    'data:image/png;base64,ab%2B%2f',
    'data:image/png;base64,a\r\nb+\n/\n',
    'data:image/png;base64, ab+/',
  ])('is read: %j', (url) => {
    expect(read(url)).toEqual(PNG)
  })

  it.each(['image/jpg', 'image/pjpeg', 'IMAGE/JPG'])('is read: the media type %s', (type) => {
    expect(read(`data:${type};base64,ab+/`)).toMatchObject({ mediaType: 'image/jpeg' })
  })

  it.each([
    ['iVBORw==', 'iVBORw=='],
    ['iVBORw', 'iVBORw=='],
    ['iVBORw0', 'iVBORw0='],
    ['iVBORw%3D%3D', 'iVBORw=='],
  ])('is given its padding: %s', (data, base64) => {
    expect(read(`data:image/gif;base64,${data}`)).toMatchObject({ source: { base64 } })
  })

  it.each([
    'data:text/html,<b>',
    'data:image/png,%89PNG',
    'data:image/png',
    'data:image/png;base64',
    'data:image/png;base64;x=y,ab+/',
    'data:,',
    'data:',
  ])('has to hold base64: %s', (url) => {
    for (const allowed of [false, true])
      expect(() => read(url, allowed)).toThrow(/p\.image_url\.url: A data: URL/)
  })

  it.each([
    'text/html',
    'image/svg+xml',
    'image/bmp',
    'image/*',
    'application/pdf',
    'image/png,image/gif',
    '',
  ])('has to be a picture, not %j', (type) => {
    expect(() => read(`data:${type};base64,ab+/`)).toThrow(/^p\.image_url/)
  })

  it.each([
    '!!!not base64!!!',
    '',
    'a',
    'abcde',
    'ab-_',
    'ab=/',
    'a===',
    '====',
    'ab+/%',
    'ab%00/',
    'ab+\u0141',
    'ab \u0141/',
  ])('has to hold valid base64, not %j', (data) => {
    expect(() => read(`data:image/png;base64,${data}`)).toThrow('p.image_url.data: Invalid base64 data')
  })

  it('may hold 5 MB and no more, however it is written', () => {
    const largest = 'A'.repeat(MAX_IMAGE_BASE64_BYTES)
    expect(read(`data:image/png;base64,${largest}`)).toMatchObject({ source: { base64: largest } })
    expect(read(`data:image/png;base64,${largest}\n%0A`)).toMatchObject({ source: { base64: largest } })
    for (const data of [
      `${largest}AAAA`,
      `${largest}\nAAAA`,
      `${'%41'.repeat(MAX_IMAGE_BASE64_BYTES)}AAAA`,
    ]) {
      expect(() => read(`data:image/png;base64,${data}`)).toThrow('p.image_url: image exceeds 5 MB maximum')
    }
  })
})

describe('an address', () => {
  it('is refused unless addresses are allowed, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom('http://a/b.png', 'https://[::1]:8/?c#d'), fc.string()), (url) => {
        fc.pre(!/^data:/i.test(url))
        expect(() => read(url)).toThrow('p.image_url: Images are not fetched by this server')
      }),
      { numRuns: 40 },
    )
  })

  it.each(['http://a/b.png', 'HTTPS://a/b?c=d#e', 'https://[::1]:8/ü'])('may be of the web: %s', (url) => {
    expect(read(url, true)).toEqual({ type: 'image', mediaType: null, source: { url } })
  })

  it.each([
    'file:///etc/passwd',
    'gopher://x',
    'javascript:1',
    'ftp://a/b',
    '//a/b',
    '/etc/passwd',
    ' file:///etc/passwd',
    ' http://a',
    'http://a\nfile:///b',
    'http://a/\u0000',
    'http:\\\\a',
    'http:a',
    'http://',
    'https://a:99999/',
    'blob:http://a/b',
    '\tdata:image/png;base64,ab+/',
  ])('may be of nothing else: %j', (url) => {
    expect(() => read(url, true)).toThrow('p.image_url.url: Input should be a valid URL')
  })
})
