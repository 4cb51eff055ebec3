import { findDeclaredNames } from './find-declared-names.ts'
import { REJECTED_FILE_NAMES, REJECTED_IN_NAMES, REJECTED_IN_PROSE } from './rejected-words.ts'
import { reportViolations } from './report-violations.ts'
import { isTestFile, readFiles, readSourceFiles, type SourceFile } from './source-files.ts'
import { lineOf, nameOf, parseTypeScript, walkTree } from './syntax-tree.ts'

const FOLDERS = ['src', 'client', 'testing', 'console', 'scripts', 'test', 'examples', 'bench']
const PAGE_FOLDERS = [...FOLDERS, 'docs']
const PAGES = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...PAGE_FOLDERS]
/** Where files with text are read, by their ending. JSON of tests holds what clients and models wrote. */
const PAGE_ENDINGS: readonly (readonly [ending: string, paths: readonly string[]])[] = [
  ['.md', PAGES],
  ['.yml', PAGE_FOLDERS],
  ['.mjs', PAGE_FOLDERS],
  ['.py', PAGE_FOLDERS],
  ['.json', ['docs']],
]
/** Decisions and experiments keep the words in which they were written. */
const HISTORY = ['docs/decisions/', 'docs/log.md']
/** They contain the rejected words. */
const RULES = ['scripts/rejected-words.ts', 'scripts/check-words.test.ts']

/**
 * Where snake_case may stand: the API's JSON is written in `wire/`, that of other servers in `engines/upstream/`,
 * queries are read in `http/`, the engine mirrors C, `pg` and V8 have names of their own, and the client keeps the API's names.
 */
const SNAKE_CASE_FOLDERS = [
  'src/wire/',
  'src/http/',
  'src/engines/llama/',
  'src/engines/upstream/',
  'src/state/postgres/',
  'src/config/default-request-memory.ts',
  'client/',
  'console/src/api/',
  'test/',
  'scripts/',
  'examples/',
  'bench/',
]

/** File names, identifiers and phrases that are not the project's words. */
export function findWordViolations(root: string): string[] {
  const sources = readSourceFiles(root, FOLDERS)
  const pages = PAGE_ENDINGS.flatMap(([ending, paths]) => readFiles(root, paths, ending)).filter(
    ({ path }) => !HISTORY.some((old) => path.startsWith(old)),
  )
  return [
    ...sources.flatMap((file) => [
      ...findFileNameViolations(file),
      ...findRejectedNames(file),
      ...findSnakeCase(file),
    ]),
    ...[...sources, ...pages].flatMap(findRejectedPhrases),
  ]
}

function findFileNameViolations({ path }: SourceFile): string[] {
  const name =
    path
      .split('/')
      .at(-1)
      ?.replace(/(\.process)?(\.test|\.d|\.config)?\.tsx?$/, '') ?? ''
  if (REJECTED_FILE_NAMES.includes(name)) return [`${path} is named after nothing in particular`]
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return [`${path} is not kebab-case`]
  const suggestion = suggestionFor(name)
  return suggestion === undefined ? [] : [`${path}: say ${suggestion}`]
}

function findRejectedNames(file: SourceFile): string[] {
  return findDeclaredNames(parseTypeScript(file.path, file.text)).flatMap(({ name, start }) => {
    const suggestion = suggestionFor(name)
    return suggestion === undefined
      ? []
      : [`${file.path}:${lineOf(file.text, start)} ${name}: say ${suggestion}`]
  })
}

function suggestionFor(name: string): string | undefined {
  const words = ` ${wordsOf(name).join(' ')} `
  return REJECTED_IN_NAMES.find((entry) => entry.words.some((rejected) => words.includes(` ${rejected} `)))
    ?.suggestion
}

function findRejectedPhrases({ path, text }: SourceFile): string[] {
  if (RULES.includes(path)) return []
  return text.split('\n').flatMap((line, index) =>
    REJECTED_IN_PROSE.flatMap(({ pattern, suggestion }) => {
      const [phrase] = pattern.exec(line) ?? []
      return phrase === undefined ? [] : [`${path}:${index + 1} "${phrase}": say ${suggestion}`]
    }),
  )
}

/** `apiKeyText` and `API_KEY_TEXT` are api, key, text. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())
}

function findSnakeCase(file: SourceFile): string[] {
  if (isTestFile(file.path) || SNAKE_CASE_FOLDERS.some((folder) => file.path.startsWith(folder))) return []
  const violations: string[] = []
  for (const node of walkTree(parseTypeScript(file.path, file.text))) {
    const name = nameOf(node)
    if (name === undefined || !/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(name)) continue
    violations.push(`${file.path}:${lineOf(file.text, node.start)} ${name}: snake_case belongs to src/wire`)
  }
  return violations
}

if (import.meta.main) reportViolations('words', findWordViolations('.'))
