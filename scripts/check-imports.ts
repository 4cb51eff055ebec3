import { posix } from 'node:path'
import { findCycles } from './find-cycles.ts'
import { type FoundImport, findImports } from './find-imports.ts'
import { findNativeImports, type ValueImport } from './find-native-imports.ts'
import { FOLDERS, PACKAGE_HOLDERS, SIBLINGS, WITHOUT_PACKAGES } from './import-rules.ts'
import { reportViolations } from './report-violations.ts'
import { isTestFile, readSourceFiles, type SourceFile } from './source-files.ts'

/** Imports under `src/` and in the workspaces that break the rules of the folders, load native code, or make a cycle. */
export function findImportViolations(root: string): string[] {
  const files = readSourceFiles(root, ['src', 'client/src', 'testing/src', 'console/src'])
  const paths = new Set(files.map((file) => file.path))
  const graph = new Map<string, string[]>()
  const valueImports: ValueImport[] = []
  const violations: string[] = []
  for (const file of files) {
    const targets: string[] = []
    for (const found of findImports(file)) {
      const target = resolveRelative(file, found)
      if (target !== undefined && paths.has(target)) targets.push(target)
      const name = target ?? found.specifier
      if (!found.isType && name !== undefined) valueImports.push({ path: file.path, target: name })
      const problem = problemOf(file, found, target, paths)
      if (problem !== undefined) violations.push(`${file.path}:${found.line} ${problem}`)
    }
    graph.set(file.path, targets)
    if (folderOf(file.path) === undefined && !isTestFile(file.path))
      violations.push(`${file.path} is in no folder of the code map`)
  }
  const cycles = findCycles(graph).map((cycle) => `cycle: ${cycle.join(' → ')}`)
  return [...violations, ...findNativeImports(files, valueImports), ...cycles]
}

function resolveRelative(file: SourceFile, { specifier }: FoundImport): string | undefined {
  return specifier?.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : undefined
}

function problemOf(
  file: SourceFile,
  { specifier }: FoundImport,
  target: string | undefined,
  paths: ReadonlySet<string>,
): string | undefined {
  if (specifier === undefined) {
    return isTestFile(file.path)
      ? undefined
      : 'imports a module whose name is computed, which cannot be checked'
  }
  // A test may import anything, but is part of no cycle.
  if (isTestFile(file.path)) return undefined
  if (target === undefined) return packageProblem(file.path, specifier)
  const [folder, targetFolder] = [folderOf(file.path), folderOf(target)]
  if (targetFolder === undefined) return `imports ${target}, which is in no folder of the code map`
  if (isTestFile(target)) return `imports the test ${target}`
  if (!paths.has(target)) return `imports ${target}, which is not there (write the name with .ts)`
  const isAllowed =
    folder === targetFolder ||
    (folder !== undefined && FOLDERS[folder]?.some((allowed) => isIn(target, allowed)))
  if (!isAllowed) return `imports ${target}: ${folder} must not import ${targetFolder}`
  return isOfSibling(file.path, target)
    ? `imports ${target}: folders in ${SIBLINGS.folder} must not import one another, nor does a file beside them import one`
    : undefined
}

function isOfSibling(path: string, target: string): boolean {
  const { folder, shared } = SIBLINGS
  if (!path.startsWith(folder) || !target.startsWith(folder) || shared.includes(target)) return false
  const sibling = (name: string) => name.slice(folder.length).split('/').slice(0, -1)[0]
  return sibling(target) !== undefined && sibling(target) !== sibling(path)
}

function packageProblem(path: string, specifier: string): string | undefined {
  const folder = folderOf(path)
  if (folder !== undefined && WITHOUT_PACKAGES.includes(folder))
    return `imports ${specifier}: ${folder} has no dependencies`
  const holder = PACKAGE_HOLDERS.find((candidate) => candidate.package.test(specifier))
  if (holder === undefined || holder.folders.some((known) => path.startsWith(known))) return undefined
  return `imports ${specifier}, which belongs to ${holder.folders.join(', ') || 'no folder'}`
}

/** The innermost folder of a file. */
function folderOf(path: string): string | undefined {
  const folders = Object.keys(FOLDERS).filter((folder) => isIn(path, folder))
  return folders.sort((a, b) => b.length - a.length)[0]
}

function isIn(path: string, folder: string): boolean {
  return folder.endsWith('/') ? path.startsWith(folder) : path === folder
}

if (import.meta.main) reportViolations('imports', findImportViolations('.'))
