import { reportViolations } from './report-violations.ts'
import { isTestFile, readSourceFiles, type SourceFile } from './source-files.ts'
import { childOf, lineOf, nameOf, parseTypeScript, type SyntaxNode, walkTree } from './syntax-tree.ts'

const FOLDERS = ['src', 'client', 'testing', 'console', 'scripts', 'test', 'examples', 'bench']
const MAX_FILE_LINES = 300
/** A test file is one long list. */
const MAX_TEST_FILE_LINES = 600
const MAX_FUNCTION_LINES = 70
/** Files that must stay smaller than the rest. */
const MAX_LINES_OF: Readonly<Record<string, number>> = {
  // It puts the parts together and contains nothing else.
  'src/open-continuo.ts': 120,
}

/** Files and functions (as `path#name`) that may be larger, with the reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** Files and functions that are too large, and exceptions that are no longer needed. */
export function findSizeViolations(root: string, exceptions = EXCEPTIONS): string[] {
  const oversized = readSourceFiles(root, FOLDERS).flatMap(findOversized)
  const violations = oversized.filter(({ place }) => !(place in exceptions)).map(({ text }) => text)
  const places = new Set(oversized.map(({ place }) => place))
  const idle = Object.keys(exceptions).filter((place) => !places.has(place))
  return [...violations, ...idle.map((place) => `${place} is small enough: remove it from the exceptions`)]
}

interface Oversized {
  readonly place: string
  readonly text: string
}

function findOversized(file: SourceFile): Oversized[] {
  const lines = file.text.trimEnd().split('\n').length
  const usualMaxLines = isTestFile(file.path) ? MAX_TEST_FILE_LINES : MAX_FILE_LINES
  const maxLines = MAX_LINES_OF[file.path] ?? usualMaxLines
  const text = `${file.path} has ${lines} lines; ${maxLines} are allowed`
  const whole = lines > maxLines ? [{ place: file.path, text }] : []
  // The functions of a test file are groups of tests, which are lists too.
  return isTestFile(file.path) ? whole : [...whole, ...findOversizedFunctions(file)]
}

function findOversizedFunctions(file: SourceFile): Oversized[] {
  const oversized: Oversized[] = []
  const names = new Map<SyntaxNode, string>()
  for (const node of walkTree(parseTypeScript(file.path, file.text))) {
    for (const field of ['value', 'init', 'right']) {
      const [child, name] = [childOf(node, field), nameOf(childOf(node, 'key') ?? childOf(node, 'id'))]
      if (child !== undefined && name !== undefined) names.set(child, name)
    }
    if (!FUNCTIONS.has(node.type)) continue
    const firstLine = lineOf(file.text, node.start)
    const lines = lineOf(file.text, node.end) - firstLine + 1
    if (lines <= MAX_FUNCTION_LINES) continue
    const name = nameOf(childOf(node, 'id')) ?? names.get(node) ?? 'anonymous'
    const text = `${file.path}:${firstLine} ${name} has ${lines} lines; ${MAX_FUNCTION_LINES} are allowed`
    oversized.push({ place: `${file.path}#${name}`, text })
  }
  return oversized
}

if (import.meta.main) reportViolations('sizes', findSizeViolations('.'))
