import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Files } from '../files/file.ts'
import { maintainFiles } from '../files/file-duties.ts'
import { openFolderBlobs } from '../files/open-folder-blobs.ts'
import { restoreConformanceFiles } from '../files/restore-conformance-files.ts'
import type { FilesApi } from '../http/routes/files/file-routes.ts'
import { Duty } from '../state/duty.ts'
import type { Instance } from '../state/instance.ts'
import type { State } from '../state/state.ts'

const DUTY_INTERVAL_MS = 60_000

/** Files of a server. */
export interface OpenFiles {
  readonly api: FilesApi
  close(): Promise<void>
}

/**
 * Opens the files of a state, and begins to remove those whose time is over.
 *
 * @throws StateError when their folder is not the state's
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
  const place = isTemporary
    ? mkdtempSync(join(tmpdir(), 'continuo-files-'))
    : (settings.folder ?? join(stateFolder, 'files'))
  const files: Files = {
    state,
    store: await openFolderBlobs(state, place),
    nowMs: () => instance.nowMs(),
    maxTotalBytes: settings.maxTotalBytes,
  }
  const duty = new Duty(state, {
    name: 'files',
    holder: instance.id,
    intervalMs: DUTY_INTERVAL_MS,
    work: (_, signal) => maintainFiles(files, signal),
  })
  duty.start()
  return {
    api: {
      ...files,
      allowDownloads: settings.allowDownloads,
      prepare: () => restoreConformanceFiles(files, conformanceFiles),
    },
    async close() {
      await duty.stop()
      if (isTemporary) rmSync(place, { recursive: true, force: true })
    },
  }
}
