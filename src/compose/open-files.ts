import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { BlobPlace } from '../files/blob-store.ts'
import type { Files } from '../files/file.ts'
import { maintainFiles } from '../files/file-duties.ts'
import { folderPlace } from '../files/folder-place.ts'
import { openBlobs } from '../files/open-blobs.ts'
import { restoreConformanceFiles } from '../files/restore-conformance-files.ts'
import type { S3Settings } from '../files/s3-settings.ts'
import type { FilesApi } from '../http/routes/files/file-routes.ts'
import { Duty } from '../state/duty.ts'
import type { Instance } from '../state/instance.ts'
import type { State } from '../state/state.ts'

const DUTY_INTERVAL_MS = 60_000
const LEFTOVERS_INTERVAL_MS = 60 * 60_000

/** Files of a server. */
export interface OpenFiles {
  readonly api: FilesApi
  close(): Promise<void>
}

/**
 * Opens the files of a state, and begins to remove those whose time is over.
 *
 * @throws StateError when their folder or bucket is not the state's, or a bucket cannot be used
 */
export async function openFiles(
  state: State,
  instance: Instance,
  {
    files: settings,
    conformanceFiles,
    stateFolder,
  }: Pick<Config, 'files' | 'conformanceFiles' | 'stateFolder'>,
): Promise<OpenFiles> {
  const isTemporary = state.location.kind === 'memory'
  const folder = isTemporary
    ? mkdtempSync(join(tmpdir(), 'continuo-files-'))
    : (settings.folder ?? join(stateFolder, 'files'))
  // What ends with the server is in no bucket.
  const s3 = isTemporary ? null : settings.s3
  const store = await openBlobs(state, s3 === null ? folderPlace(folder) : await s3Place(s3))
  const files: Files = {
    state,
    store,
    nowMs: () => instance.nowMs(),
    maxTotalBytes: settings.maxTotalBytes,
  }
  const holder = instance.id
  const duties = [
    new Duty(state, {
      ...{ name: 'files', holder, intervalMs: DUTY_INTERVAL_MS },
      work: (_, signal) => maintainFiles(files, signal),
    }),
    new Duty(state, {
      ...{ name: 'file-leftovers', holder, intervalMs: LEFTOVERS_INTERVAL_MS },
      work: () => store.removeLeftovers(),
    }),
  ]
  for (const duty of duties) duty.start()
  return {
    api: {
      ...files,
      allowDownloads: settings.allowDownloads,
      prepare: () => restoreConformanceFiles(files, conformanceFiles),
    },
    async close() {
      await Promise.all(duties.map((duty) => duty.stop()))
      await store.close()
      if (isTemporary) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Loaded when it is used: with its HTTP client it would delay every start. */
async function s3Place(settings: S3Settings): Promise<BlobPlace> {
  const { openS3Place } = await import('../files/s3-place.ts')
  return openS3Place(settings)
}
