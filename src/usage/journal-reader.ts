import { open } from 'node:fs/promises'

/** What one transaction takes over: some hundred rows. */
export const MAX_CHUNK_BYTES = 256 * 1024
const NEWLINE = 0x0a

/** Whole lines of a segment, from one position to another. */
export interface JournalChunk {
  readonly start: number
  readonly end: number
  /** Without the last newline; empty for a chunk that is left out. */
  readonly text: string
}

/**
 * Reads whole lines from a position on, up to a bound; null where there is none yet. Half a last line is left for later:
 * its writer is in the middle of it, or died there, and then the request was not acknowledged.
 */
export async function readJournalChunk(
  path: string,
  start: number,
  maxBytes = MAX_CHUNK_BYTES,
): Promise<JournalChunk | null> {
  const bytes = await readBytes(path, start, maxBytes)
  if (bytes === null) return null
  const length = bytes.lastIndexOf(NEWLINE) + 1
  if (length > 0) {
    return { start, end: start + length, text: bytes.toString('utf8', 0, length - 1) }
  }
  // No line is that long, so this is damage; what follows its end will be read again.
  return bytes.length === maxBytes ? { start, end: start + maxBytes, text: bytes.toString('latin1') } : null
}

/** Null for a file that somebody has removed, which happens only to one that is wholly in the database. */
async function readBytes(path: string, start: number, maxBytes: number): Promise<Buffer | null> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (file === null) return null
  try {
    const bytes = Buffer.allocUnsafe(maxBytes)
    let length = 0
    while (length < maxBytes) {
      const { bytesRead } = await file.read(bytes, length, maxBytes - length, start + length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return bytes.subarray(0, length)
  } finally {
    await file.close()
  }
}
