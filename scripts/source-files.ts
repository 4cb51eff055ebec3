import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file of the project. */
export interface SourceFile {
  /** From the project's root, with slashes. */
  readonly path: string
  readonly text: string
}

/** Every TypeScript file in these folders, sorted by path. A folder that does not exist has none. */
export function readSourceFiles(root: string, folders: readonly string[]): SourceFile[] {
  return [...readFiles(root, folders, '.ts'), ...readFiles(root, folders, '.tsx')].sort(byPath)
}

/** The files with this ending among these paths and in these folders, sorted by path. */
export function readFiles(root: string, paths: readonly string[], ending: string): SourceFile[] {
  return paths
    .filter((path) => existsSync(join(root, path)))
    .flatMap((path) => (path.endsWith(ending) ? [readFile(root, path)] : readFolder(root, path, ending)))
    .sort(byPath)
}

function byPath(a: SourceFile, b: SourceFile): number {
  return a.path < b.path ? -1 : 1
}

/** Whether a file is a test, for which some rules differ. */
export function isTestFile(path: string): boolean {
  return path.endsWith('.test.ts')
}

function readFolder(root: string, folder: string, ending: string): SourceFile[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory())
      return ['node_modules', 'dist'].includes(entry.name) ? [] : readFolder(root, path, ending)
    return path.endsWith(ending) ? [readFile(root, path)] : []
  })
}

function readFile(root: string, path: string): SourceFile {
  return { path, text: readFileSync(join(root, path), 'utf8') }
}
