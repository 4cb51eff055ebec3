import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file of the project. */
export interface SourceFile {
  /** From the project's root, with slashes. */
  readonly path: string
  readonly text: string
}

/** Every TypeScript file in these folders, sorted by path. A folder that is not there holds none. */
export function readSourceFiles(root: string, folders: readonly string[]): SourceFile[] {
  return folders
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readFolder(root, folder))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Tests stand beside their sources, and other rules hold for them. */
export function isTestFile(path: string): boolean {
  return path.endsWith('.test.ts')
}

function readFolder(root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory())
      return ['node_modules', 'dist'].includes(entry.name) ? [] : readFolder(root, path)
    return path.endsWith('.ts') ? [{ path, text: readFileSync(join(root, path), 'utf8') }] : []
  })
}
