/** A PDF, object by object; the first is its catalog. */
export function pdfOfObjects(objects: readonly (string | Uint8Array)[]): Buffer<ArrayBuffer> {
  const pieces: Buffer[] = [Buffer.from('%PDF-1.7\n')]
  const offsets: number[] = []
  let length = pieces[0]?.length ?? 0
  const add = (piece: Buffer) => {
    pieces.push(piece)
    length += piece.length
  }
  for (const [index, object] of objects.entries()) {
    offsets.push(length)
    add(Buffer.from(`${index + 1} 0 obj\n`))
    add(typeof object === 'string' ? Buffer.from(object, 'latin1') : Buffer.from(object))
    add(Buffer.from('\nendobj\n'))
  }
  const start = length
  const places = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  add(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places}`))
  add(Buffer.from(`trailer << /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`))
  return Buffer.concat(pieces)
}

/** A stream of a PDF. */
export function pdfStream(content: string | Uint8Array, entries = ''): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content
  return Buffer.concat([
    Buffer.from(`<< /Length ${bytes.length} ${entries} >>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ])
}

const FONT = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'

/** A PDF whose pages have these contents. */
export function pdfOfContents(
  contents: readonly (string | Uint8Array)[],
  count = contents.length,
): Buffer<ArrayBuffer> {
  const kids = contents.map((_, index) => `${4 + 2 * index} 0 R`).join(' ')
  const pages = contents.flatMap((content, index) => [
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * index} 0 R >>`,
    typeof content === 'string' ? pdfStream(content) : content,
  ])
  return pdfOfObjects([
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${count} /Kids [${kids}] >>`,
    FONT,
    ...pages,
  ])
}

/** A PDF with a line of text on each page. */
export function pdfOf(...pages: readonly string[]): Buffer<ArrayBuffer> {
  return pdfOfContents(pages.map((text) => `BT /F1 12 Tf 72 700 Td (${text}) Tj ET`))
}
