import { ZipFile } from 'yazl'

/** An entry of an archive for a test. */
export interface ZipEntry {
  readonly path: string
  readonly content?: string | Buffer
  /** Kind and rights, as Unix has them. */
  readonly mode?: number
  readonly compress?: boolean
}

/** A zip archive. A path that ends in a slash is a folder. */
export async function zipFile(entries: readonly ZipEntry[]): Promise<Buffer> {
  const zip = new ZipFile()
  for (const { path, content = '', ...options } of entries) {
    if (path.endsWith('/')) zip.addEmptyDirectory(path)
    else zip.addBuffer(Buffer.from(content), path, options)
  }
  zip.end()
  const chunks: Buffer[] = []
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** The same with other bytes in place of a text that it holds, once or more often, of the same length. */
export function withReplaced(zip: Buffer, from: string, to: string): Buffer {
  if (from.length !== to.length) throw new Error('both must have one length')
  return Buffer.from(zip.toString('latin1').replaceAll(from, to), 'latin1')
}
