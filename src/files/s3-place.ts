import { randomUUID } from 'node:crypto'
import type { S3mini } from 's3mini'
import { StateError } from '../state/state-error.ts'
import type { BlobPlace } from './blob-store.ts'
import { INCOMING } from './s3-blob.ts'
import { S3Blobs } from './s3-blobs.ts'
import { S3Bucket } from './s3-bucket.ts'
import { S3Failure } from './s3-failure.ts'
import type { S3Settings } from './s3-settings.ts'

/** The object of a bucket that holds its id as a place. */
const ID_KEY = 'place-id'

/**
 * A bucket for blobs. It is read from and written to before it is used, so that a server with a wrong setting does not start.
 *
 * @throws StateError with what is wrong and what to do
 */
export async function openS3Place(
  settings: S3Settings,
  load: () => Promise<{ readonly S3mini: typeof S3mini }> = () => import('s3mini'),
): Promise<BlobPlace> {
  const bucket = new S3Bucket(settings, await loadClient(load))
  try {
    await bucket.readText(ID_KEY)
    // Leaves nothing, and needs the rights that uploads need.
    const key = `${INCOMING}${randomUUID()}`
    await bucket.abortUpload(key, await bucket.beginUpload(key))
  } catch (error) {
    await bucket.close()
    // Its message says what to do; advice on databases would not help.
    if (error instanceof S3Failure && error.code !== 'invalid') throw new StateError('failed', error.message)
    throw error
  }
  return {
    name: bucket.name,
    setting: 'files.s3',
    blobs: new S3Blobs(bucket),
    readId: async () => (await bucket.readText(ID_KEY))?.trim(),
    async writeId(id) {
      await bucket.putFirst(ID_KEY, Buffer.from(id))
      return (await bucket.readText(ID_KEY))?.trim() ?? id
    },
  }
}

async function loadClient(load: () => Promise<{ readonly S3mini: typeof S3mini }>): Promise<typeof S3mini> {
  try {
    return (await load()).S3mini
  } catch {
    throw new StateError(
      'invalid',
      'files.s3 needs the package s3mini, which is not installed: run "npm install s3mini@1.0.2" where Continuo is installed, or install Continuo without --omit=optional',
    )
  }
}
