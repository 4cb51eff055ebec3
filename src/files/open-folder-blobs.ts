import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { State } from '../state/state.ts'
import { StateError } from '../state/state-error.ts'
import { storedSetting } from '../state/stored-setting.ts'
import { makeFolder } from '../util/make-folder.ts'
import type { BlobStore } from './blob-store.ts'
import { FolderBlobs } from './folder-blobs.ts'

/** The setting of a state that holds the id of its folder. */
const FOLDER_ID_SETTING = 'blob-folder-id'
/** The file of a folder that holds its id. */
const ID_FILE = 'folder-id'

/**
 * Opens the folder in which a state keeps blobs. A state has one folder: with another, what one instance stores would be
 * missing on the next. The folder is made, and becomes the state's, when the first blob is stored.
 *
 * @throws StateError `invalid` when the state has blobs in another folder
 */
export async function openFolderBlobs(state: State, folder: string): Promise<BlobStore> {
  const blobs = new FolderBlobs(folder)
  const known = await state.db
    .selectFrom('settings')
    .select('value')
    .where('name', '=', FOLDER_ID_SETTING)
    .executeTakeFirst()
  if (known !== undefined && known.value !== readId(folder)) throw otherFolder(folder)
  await blobs.removeLeftovers()
  let isOurs = known !== undefined
  return {
    async create() {
      if (!isOurs) await claimFolder(state, folder)
      isOurs = true
      return await blobs.create()
    },
    open: (sha256) => blobs.open(sha256),
    remove: (sha256) => blobs.remove(sha256),
  }
}

async function claimFolder(state: State, folder: string): Promise<void> {
  const id = readId(folder) ?? writeId(folder)
  if ((await storedSetting(state, FOLDER_ID_SETTING, () => id)) !== id) throw otherFolder(folder)
}

function readId(folder: string): string | undefined {
  try {
    return readFileSync(join(folder, ID_FILE), 'utf8').trim()
  } catch {
    return undefined
  }
}

function writeId(folder: string): string {
  const id = randomUUID()
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

function otherFolder(folder: string): StateError {
  return new StateError(
    'invalid',
    `${folder} is not the folder in which this state keeps its files: let files.folder name that one, on every instance`,
  )
}
