import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { BlobPlace } from '../src/files/blob-store.ts'
import { folderPlace } from '../src/files/folder-place.ts'
import { openS3Place } from '../src/files/s3-place.ts'
import { newFolder } from './databases.ts'
import { S3Service } from './s3-service.ts'

/** A place for blobs in a test. */
export interface TestPlace {
  /** Opens it, as every instance does. */
  readonly open: () => Promise<BlobPlace>
  /** The names of everything in it, also of what is being received. */
  readonly names: () => string[]
}

/** The kinds of places where blobs can be kept: the same holds in all of them. */
export const BLOB_PLACES: readonly (readonly [kind: string, newPlace: () => Promise<TestPlace>])[] = [
  ['a folder', newFolderPlace],
  ['a bucket', newS3Place],
]

export async function newFolderPlace(): Promise<TestPlace> {
  const folder = join(await newFolder(), 'files')
  const names = () =>
    existsSync(folder)
      ? readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && entry.name !== 'folder-id')
          .map(({ name }) => name)
      : []
  return { open: async () => folderPlace(folder), names }
}

async function newS3Place(): Promise<TestPlace> {
  const service = await S3Service.start()
  return { open: () => openS3Place(service.settings), names: () => service.names() }
}
