import { isTestFile, readSourceFiles } from './source-files.ts'
import { parseTypeScript, type SyntaxNode, walkTree } from './syntax-tree.ts'

const DECISIONS = new Set(['IfStatement', 'ConditionalExpression', 'LogicalExpression', 'SwitchStatement'])

/** Files that decide something and have no test beside them, neither `.test.ts` nor `.process.test.ts`. */
export function findUntestedFiles(root: string, folders: readonly string[]): string[] {
  const files = readSourceFiles(root, folders)
  const tested = new Set(
    files
      .filter(({ path }) => isTestFile(path))
      .map(({ path }) => path.replace(/(\.process)?\.test\.ts$/, '.ts')),
  )
  return files
    .filter(
      ({ path, text }) => !isTestFile(path) && !tested.has(path) && decides(parseTypeScript(path, text)),
    )
    .map(({ path }) => path)
}

function decides(tree: SyntaxNode): boolean {
  for (const { type } of walkTree(tree)) if (DECISIONS.has(type)) return true
  return false
}
