import type { BlobStore } from './blob-store.ts'

/** All bytes of a blob. @throws StateError */
export async function readWholeBlob(blobs: BlobStore, sha256: string): Promise<Buffer> {
  const blob = await blobs.open(sha256)
  try {
    const pieces: Uint8Array[] = []
    for (;;) {
      const piece = await blob.read()
      if (piece.length === 0) return Buffer.concat(pieces)
      pieces.push(piece)
    }
  } finally {
    await blob.close()
  }
}
