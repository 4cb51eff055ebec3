import { findDeclaredNames } from './find-declared-names.ts'
import { reportViolations } from './report-violations.ts'
import { isTestFile, readSourceFiles, type SourceFile } from './source-files.ts'
import { lineOf, nameOf, parseTypeScript, walkTree } from './syntax-tree.ts'

const FOLDERS = ['src', 'client', 'scripts', 'test', 'examples', 'bench']

/** A thing lives in a file of its own name; these names say nothing of what is inside. */
const REJECTED_FILE_NAMES = [
  'utils',
  'helper',
  'helpers',
  'common',
  'types',
  'misc',
  'shared',
  'index',
  'mod',
]

/** Words that no name of ours may hold, in the words of the glossary. Names of others are not looked at. */
const REJECTED_WORDS: readonly { readonly words: string; readonly say: string }[] = [
  { words: 'payload', say: 'what it holds: request, body, event' },
  { words: 'dto', say: 'what it holds' },
  { words: 'helper', say: 'what it does' },
  { words: 'helpers', say: 'what they do' },
  { words: 'utils', say: 'what they do' },
  { words: 'provider', say: 'engine or upstream' },
  { words: 'slot', say: 'sequence' },
  { words: 'slots', say: 'sequences' },
  { words: 'antiprompt', say: 'stopSequence' },
  { words: 'stop word', say: 'stopSequence' },
  { words: 'stop words', say: 'stopSequences' },
  { words: 'finish reason', say: 'stopReason' },
  { words: 'context size', say: 'contextWindowTokens' },
  { words: 'context length', say: 'contextWindowTokens' },
  { words: 'hyperparameters', say: 'SamplingParams' },
  { words: 'n predict', say: 'maxTokens' },
  { words: 'prompt cache', say: 'prefixReuse' },
  { words: 'api token', say: 'apiKey' },
  { words: 'throttle', say: 'admission or rateLimit' },
  { words: 'tps', say: 'tokensPerSecond' },
  { words: 'ttfb', say: 'timeToFirstTokenMs' },
]

/**
 * Where snake_case may stand: the API's JSON is written in `wire/`, that of other servers in `engines/upstream/`,
 * queries are read in `http/`, the engine mirrors C, `pg` and V8 have names of their own, and the client keeps the API's names.
 */
const SNAKE_CASE_ROOMS = [
  'src/wire/',
  'src/http/',
  'src/engines/llama/',
  'src/engines/upstream/',
  'src/state/postgres/',
  'src/config/default-request-memory.ts',
  'client/',
  'test/',
  'scripts/',
  'examples/',
  'bench/',
]

/** File names and identifiers that the glossary rejects. */
export function findWordViolations(root: string): string[] {
  return readSourceFiles(root, FOLDERS).flatMap((file) => [
    ...findFileNameViolations(file),
    ...findRejectedWords(file),
    ...findSnakeCase(file),
  ])
}

function findFileNameViolations({ path }: SourceFile): string[] {
  const name =
    path
      .split('/')
      .at(-1)
      ?.replace(/(\.process)?(\.test|\.d)?\.ts$/, '') ?? ''
  if (REJECTED_FILE_NAMES.includes(name)) return [`${path} is named after nothing in particular`]
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) ? [] : [`${path} is not kebab-case`]
}

function findRejectedWords(file: SourceFile): string[] {
  return findDeclaredNames(parseTypeScript(file.path, file.text)).flatMap(({ name, start }) => {
    const words = ` ${wordsOf(name).join(' ')} `
    const rejected = REJECTED_WORDS.find((entry) => words.includes(` ${entry.words} `))
    if (rejected === undefined) return []
    return [`${file.path}:${lineOf(file.text, start)} ${name}: say ${rejected.say}`]
  })
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
  if (isTestFile(file.path) || SNAKE_CASE_ROOMS.some((room) => file.path.startsWith(room))) return []
  const violations: string[] = []
  for (const node of walkTree(parseTypeScript(file.path, file.text))) {
    const name = nameOf(node)
    if (name === undefined || !/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(name)) continue
    violations.push(`${file.path}:${lineOf(file.text, node.start)} ${name}: snake_case belongs to src/wire`)
  }
  return violations
}

if (import.meta.main) reportViolations('words', findWordViolations('.'))
