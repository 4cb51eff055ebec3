import { CompletionError } from '../completion/completion-error.ts'
import { MAX_DOCUMENT_BYTES } from './fetch-document.ts'
import type { Files, StoredFile } from './file.ts'
import { readWholeBlob } from './read-whole-blob.ts'

/** All bytes of a file. @throws CompletionError `invalid-request` for one that is too large for a prompt; StateError */
export async function readWholeFile({ store }: Files, file: StoredFile): Promise<Uint8Array> {
  if (file.sizeBytes > MAX_DOCUMENT_BYTES) {
    throw new CompletionError(
      'invalid-request',
      `File \`${file.id}\` has ${file.sizeBytes} bytes: at most ${MAX_DOCUMENT_BYTES} can be part of a message.`,
    )
  }
  return readWholeBlob(store, file.sha256)
}
