import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** One file of the console in the encodings in which it is sent. */
export interface ConsoleFile {
  readonly contentType: string
  /** Of its content, for `If-None-Match`. */
  readonly etag: string
  /** Whether its name carries a hash of its content, so that it may be kept for ever. */
  readonly isHashed: boolean
  readonly bytes: Uint8Array
  /** By content coding; an empty map where it was not compressed. */
  readonly compressed: ReadonlyMap<string, Uint8Array>
}

/** Where `npm run build --workspace console` writes. */
export const CONSOLE_FOLDER = fileURLToPath(new URL('../../../../console/dist', import.meta.url))

/** Files of a folder larger than this in all are not the console's. */
const MAX_CONSOLE_BYTES = 8 << 20

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
const CODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/**
 * Reads the files of a built console into memory.
 *
 * @returns the files by their paths below `/console/`; null if the console was not built
 */
export async function loadConsoleFiles(folder: string): Promise<ReadonlyMap<string, ConsoleFile> | null> {
  const found = await readAll(folder)
  if (found === null || !found.has('index.html')) return null
  const files = new Map<string, ConsoleFile>()
  for (const [path, bytes] of found) {
    const contentType = CONTENT_TYPES[extname(path)]
    if (contentType === undefined) continue
    const compressed = CODINGS.flatMap(([coding, ending]) => {
      const encoded = found.get(path + ending)
      return encoded === undefined ? [] : ([[coding, encoded]] as const)
    })
    files.set(path, {
      contentType,
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
      isHashed: path.startsWith('assets/'),
      bytes,
      compressed: new Map(compressed),
    })
  }
  return files
}

async function readAll(folder: string): Promise<Map<string, Uint8Array> | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => null)
  if (entries === null) return null
  const found = new Map<string, Uint8Array>()
  let total = 0
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const place = join(entry.parentPath, entry.name)
    const bytes = await readFile(place)
    total += bytes.length
    if (total > MAX_CONSOLE_BYTES) throw new Error(`${folder} is larger than a built console can be`)
    found.set(place.slice(folder.length + 1).replaceAll(sep, '/'), bytes)
  }
  return found
}
