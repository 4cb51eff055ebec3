import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { pdfOf, pdfOfContents, pdfOfObjects, pdfStream } from '../../test/pdf-of.ts'
import { readPdf } from './read-pdf.ts'

const NEVER = new AbortController().signal

test('the texts of pages are read', async () => {
  const pages = await readPdf(pdfOf('Page one.', 'Page two: gr\\374n.'), 100, NEVER)
  expect(pages).toEqual(['Page one.', 'Page two: grün.'])
})

test.each([1, 3, 1_000_000_000])(
  'a PDF of two pages that claims to have %s is read within its bounds',
  async (count) => {
    const lying = pdfOfContents(Array(2).fill('BT /F1 12 Tf (x) Tj ET'), count)
    const pages = await readPdf(lying, 2, NEVER)
    expect(pages.length).toBeLessThanOrEqual(2)
    expect(new Set(pages)).toEqual(new Set(['x']))
  },
)

describe('a PDF is refused', () => {
  const bytes = pdfOf('One.', 'Two.', 'Three.')

  test('that has more pages than asked for', async () => {
    await expect(readPdf(bytes, 2, NEVER)).rejects.toMatchObject({ code: 'too-many-pages' })
    expect(await readPdf(bytes, 3, NEVER)).toHaveLength(3)
  })

  test.each([
    ['is none', Buffer.from('no PDF')],
    ['is empty', Buffer.alloc(0)],
  ])('that %s', async (_, invalid) => {
    await expect(readPdf(invalid, 100, NEVER)).rejects.toMatchObject({ code: 'invalid' })
  })

  test('that is a picture', async () => {
    await expect(readPdf(pdfOf('', ''), 100, NEVER)).rejects.toMatchObject({ code: 'without-text' })
  })

  test('that needs a password', async () => {
    const encryption = `<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <${'41'.repeat(32)}> /U <${'42'.repeat(32)}> >>`
    const plain = pdfOfObjects([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Count 0 /Kids [] >>',
      encryption,
    ])
    const locked = plain
      .toString('latin1')
      .replace('/Root 1 0 R', `/Root 1 0 R /Encrypt 3 0 R /ID [<${'00'.repeat(16)}> <${'00'.repeat(16)}>]`)
    await expect(readPdf(Buffer.from(locked, 'latin1'), 100, NEVER)).rejects.toMatchObject({
      code: 'password-protected',
    })
  })

  test('whose text is too long', async () => {
    const limits = { maxTextUnits: 10 }
    await expect(readPdf(pdfOf('More than ten.'), 100, NEVER, limits)).rejects.toMatchObject({
      code: 'too-costly',
    })
  })

  test('that unpacks to more memory than allowed', async () => {
    const bomb = pdfStream(deflateSync(Buffer.alloc(500_000_000, ' ')), '/Filter /FlateDecode')
    const limits = { maxResidentBytes: 400 * 1024 * 1024 }
    await expect(readPdf(pdfOfContents([bomb]), 100, NEVER, limits)).rejects.toMatchObject({
      code: 'too-costly',
    })
  })

  test('that would take for ever', async () => {
    // Each form shows the next one many times.
    const depth = 24
    const forms = Array.from({ length: depth }, (_, index) =>
      pdfStream(
        '/X Do '.repeat(8),
        `/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /X ${index + 6} 0 R >> >>`,
      ),
    )
    const text = pdfStream(
      'BT /F1 12 Tf (x) Tj ET',
      '/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /Font << /F1 3 0 R >> >>',
    )
    const endless = pdfOfObjects([
      '<< /Type /Catalog /Pages 2 0 R >>',
      '<< /Type /Pages /Count 1 /Kids [4 0 R] >>',
      '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >> /Contents 5 0 R >>',
      pdfStream('/X Do'),
      ...forms.slice(1),
      text,
    ])
    await expect(readPdf(endless, 100, NEVER, { maxMs: 2_000 })).rejects.toMatchObject({
      code: 'too-costly',
    })
  })

  test('whose client disconnects', async () => {
    const disconnect = new AbortController()
    const reading = readPdf(bytes, 100, disconnect.signal)
    disconnect.abort(new Error('the client disconnected'))
    await expect(reading).rejects.toThrow('the client disconnected')
  })
})
