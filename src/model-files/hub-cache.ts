import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rename, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { makeFolder } from '../util/make-folder.ts'
import { chooseGgufFile } from './choose-gguf-file.ts'
import { partsOf } from './model-parts.ts'
import type { HubReference } from './model-reference.ts'

/** Deeper than any repository keeps its models. */
const MAX_DEPTH = 4

/** The folder of a repository in Hugging Face's cache, as every program names it. */
export function repositoryFolder(cache: string, repository: string): string {
  return join(cache, `models--${repository.replaceAll('/', '--')}`)
}

/** The path of a model in the cache, if all of its parts are there; of several commits the current one's. */
export function findInHubCache(cache: string, reference: HubReference): string | null {
  const folder = repositoryFolder(cache, reference.repository)
  for (const snapshot of snapshotsOf(folder)) {
    const chosen = chooseGgufFile(filesIn(snapshot), reference)
    if (chosen !== null && partsOf(join(snapshot, chosen)).every((part) => existsSync(part)))
      return join(snapshot, chosen)
  }
  return null
}

/** The folders of the commits of which the cache has files, the current one first. */
function snapshotsOf(folder: string): string[] {
  const current = readIfThere(join(folder, 'refs', 'main'))?.trim()
  const all = namesIn(join(folder, 'snapshots'))
  const sorted =
    current !== undefined && all.includes(current) ? [current, ...all.filter((one) => one !== current)] : all
  return sorted.map((commit) => join(folder, 'snapshots', commit))
}

/** The paths of the files in a folder and those in it, with slashes. */
export function filesIn(folder: string, depth = MAX_DEPTH): string[] {
  return entriesIn(folder).flatMap((entry) => {
    if (!entry.isDirectory()) return [entry.name]
    return depth <= 1
      ? []
      : filesIn(join(folder, entry.name), depth - 1).map((path) => `${entry.name}/${path}`)
  })
}

/** Puts a content of the cache into the folder of a commit, as a link where the system allows it. */
export async function linkInSnapshot(blob: string, snapshotPath: string): Promise<void> {
  if (existsSync(snapshotPath)) return
  makeFolder(dirname(snapshotPath))
  try {
    await symlink(relative(dirname(snapshotPath), blob), snapshotPath)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    // Windows allows links to developers only.
    await rename(blob, snapshotPath)
  }
}

/** Records which commit is current. */
export function writeCurrentCommit(folder: string, commit: string): void {
  makeFolder(join(folder, 'refs'))
  writeFileSync(join(folder, 'refs', 'main'), commit)
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function entriesIn(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function namesIn(folder: string): string[] {
  return entriesIn(folder).map(({ name }) => name)
}
