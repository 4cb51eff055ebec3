import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StateError } from '../state/state-error.ts'
import { makeFolder } from '../util/make-folder.ts'
import type { BlobPlace } from './blob-store.ts'
import { FolderBlobs } from './folder-blobs.ts'

/** The file of a folder that holds its id. */
const ID_FILE = 'folder-id'

/** A folder for blobs. It is made when it gets its id. */
export function folderPlace(folder: string): BlobPlace {
  return {
    name: folder,
    setting: 'files.folder',
    blobs: new FolderBlobs(folder),
    readId: async () => readId(folder),
    writeId: async (id) => writeId(folder, id),
  }
}

function readId(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, ID_FILE), 'utf8').trim()
  } catch {
    return undefined
  }
}

function writeId(folder: string, id: string): string {
  try {
    makeFolder(folder)
    writeFileSync(join(folder, ID_FILE), id, { flag: 'wx', mode: 0o600 })
    return id
  } catch (error) {
    // Another instance may have been faster.
    const written = readId(folder)
    if (written !== undefined) return written
    const reason = error instanceof Error ? error.message : String(error)
    throw new StateError('not-writable', `the folder of files: ${reason}`)
  }
}
