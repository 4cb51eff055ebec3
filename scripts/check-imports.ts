import { posix } from 'node:path'
import { findCycles } from './find-cycles.ts'
import { type FoundImport, findImports } from './find-imports.ts'
import { findNativeImports, type ValueImport } from './find-native-imports.ts'
import { reportViolations } from './report-violations.ts'
import { isTestFile, readSourceFiles, type SourceFile } from './source-files.ts'

/** The parts of the engines that the rest of the server may import: opening one, and its settings. */
const ENGINES = [
  'src/engines/llama/llama-engine.ts',
  'src/engines/llama/settings.ts',
  'src/engines/llama/protocol/',
  'src/engines/upstream/upstream-engine.ts',
  'src/engines/upstream/dialects/',
]
/** What a setting of the configuration says about prices. */
const PRICES = ['src/usage/price-settings.ts', 'src/usage/price.ts']
/** The domain. */
const DOMAIN = ['src/completion/', 'src/util/']
/** What every part of an upstream may import of dialects: their interface, not the list of them. */
const DIALECT_INTERFACE = [
  'src/engines/upstream/dialects/upstream-dialect.ts',
  'src/engines/upstream/dialects/upstream-settings.ts',
]

/**
 * The folders from the top down, each with the folders and files below it that it may import. An entry is a folder or a
 * single file; a file belongs to the innermost entry. A folder may always import from itself. Type imports count like all
 * others.
 */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  'src/main.ts': ['src/cli/', 'src/util/'],
  'src/cli/': [
    'src/open-continuo.ts',
    'src/http/',
    'src/config/',
    'src/engines/llama/settings.ts',
    'src/wire/',
    'src/models/',
    ...DOMAIN,
  ],
  'src/open-continuo.ts': [
    'src/compose/',
    'src/config/',
    'src/http/',
    'src/serving/',
    'src/models/',
    ...ENGINES,
    ...DOMAIN,
  ],
  'src/compose/': [
    'src/http/',
    'src/metrics/',
    'src/logging/',
    'src/config/',
    'src/serving/',
    'src/conversation/',
    'src/usage/',
    'src/state/',
    ...ENGINES,
    'src/wire/',
    'src/models/',
    ...DOMAIN,
  ],
  'src/http/': ['src/wire/', 'src/serving/', 'src/conversation/', 'src/usage/', 'src/models/', ...DOMAIN],
  'src/config/': [
    'src/logging/',
    ...ENGINES,
    ...PRICES,
    'src/wire/',
    'src/conversation/',
    'src/models/',
    ...DOMAIN,
  ],
  'src/wire/': ['src/conversation/', 'src/models/', ...DOMAIN],
  'src/serving/': ['src/conversation/', 'src/usage/', ...DOMAIN],
  'src/conversation/': DOMAIN,
  'src/models/': DOMAIN,

  // The server's side of the llama engine: these load no native code.
  'src/engines/llama/': [
    'src/engines/llama/chat/',
    'src/engines/llama/output-parsing/',
    'src/engines/llama/supervision/',
    'src/engines/llama/protocol/',
    'src/engines/llama/settings.ts',
    ...DOMAIN,
  ],
  'src/engines/llama/chat/': [
    'src/engines/llama/output-parsing/',
    'src/engines/llama/protocol/',
    'src/engines/llama/settings.ts',
    ...DOMAIN,
  ],
  'src/engines/llama/output-parsing/': ['src/engines/llama/grammar/', ...DOMAIN],
  'src/engines/llama/supervision/': [
    'src/engines/llama/protocol/',
    'src/engines/llama/settings.ts',
    'src/engines/llama/auto-values.ts',
    ...DOMAIN,
  ],

  // Its process. Both sides import the protocol.
  'src/engines/llama/process/': [
    'src/engines/llama/scheduling/',
    'src/engines/llama/tuning/',
    'src/engines/llama/decoding/',
    'src/engines/llama/llama-cpp/',
    'src/engines/llama/grammar/',
    'src/engines/llama/protocol/',
    'src/engines/llama/settings.ts',
    ...DOMAIN,
  ],
  'src/engines/llama/scheduling/': [
    'src/engines/llama/decoding/',
    'src/engines/llama/sampling/',
    'src/engines/llama/llama-cpp/',
    'src/engines/llama/grammar/',
    ...DOMAIN,
  ],
  'src/engines/llama/tuning/': [
    'src/engines/llama/decoding/',
    'src/engines/llama/llama-cpp/',
    'src/engines/llama/settings.ts',
    'src/engines/llama/auto-values.ts',
    ...DOMAIN,
  ],
  'src/engines/llama/decoding/': [
    'src/engines/llama/sampling/',
    'src/engines/llama/llama-cpp/',
    'src/engines/llama/grammar/',
    ...DOMAIN,
  ],
  'src/engines/llama/sampling/': ['src/engines/llama/llama-cpp/', 'src/engines/llama/grammar/', ...DOMAIN],
  'src/engines/llama/llama-cpp/': ['src/engines/llama/settings.ts', ...DOMAIN],

  'src/engines/llama/protocol/': ['src/engines/llama/grammar/', 'src/engines/llama/settings.ts', ...DOMAIN],
  'src/engines/llama/grammar/': DOMAIN,
  'src/engines/llama/settings.ts': ['src/engines/llama/auto-values.ts', ...DOMAIN],
  // Apart from the schemas, so that the engine's process does not load their library.
  'src/engines/llama/auto-values.ts': [],

  'src/engines/upstream/': [
    'src/engines/upstream/dialects/',
    'src/engines/upstream/decoding/',
    'src/engines/upstream/transport/',
    ...DOMAIN,
  ],
  'src/engines/upstream/dialects/': [
    'src/engines/upstream/decoding/',
    'src/engines/upstream/transport/',
    ...DOMAIN,
  ],
  'src/engines/upstream/decoding/': ['src/engines/upstream/transport/', ...DIALECT_INTERFACE, ...DOMAIN],
  'src/engines/upstream/transport/': [...DIALECT_INTERFACE, ...DOMAIN],

  'src/logging/': ['src/util/'],
  'src/metrics/': ['src/usage/', ...DOMAIN],
  'src/usage/': ['src/state/', ...DOMAIN],
  'src/completion/': ['src/util/'],
  'src/state/': ['src/util/'],
  'src/util/': [],
  'client/src/': [],
}

/** The folders with SQL: `state/` has the databases, the others the queries of their tables. */
const SQL_FOLDERS = [
  'src/state/',
  'src/accounts/',
  'src/limits/',
  'src/usage/',
  'src/batches/',
  'src/files/',
  'src/skills/',
]

/** The folders that call C. */
const NATIVE_FOLDERS = [
  'src/engines/llama/llama-cpp/',
  'src/engines/llama/decoding/',
  'src/engines/llama/sampling/',
  'src/engines/llama/process/',
]

/** Packages that few folders import, so that only these change with them; an empty list: none may. */
const PACKAGE_HOLDERS: readonly { readonly package: RegExp; readonly folders: readonly string[] }[] = [
  { package: /^koffi(\/|$)/, folders: NATIVE_FOLDERS },
  { package: /^@node-llama-cpp\//, folders: ['src/engines/llama/llama-cpp/'] },
  { package: /^node-llama-cpp(\/|$)/, folders: [] },
  { package: /^undici(\/|$)/, folders: ['src/engines/upstream/'] },
  { package: /^pino(-.+)?(\/|$)/, folders: ['src/logging/'] },
  { package: /^prom-client(\/|$)/, folders: ['src/metrics/'] },
  { package: /^eventsource-parser(\/|$)/, folders: ['src/engines/upstream/'] },
  { package: /^kysely(\/|$)/, folders: SQL_FOLDERS },
  { package: /^pg(-.+)?(\/|$)/, folders: ['src/state/'] },
  { package: /^node:sqlite$/, folders: ['src/state/'] },
  { package: /^continuo(-client)?(\/|$)/, folders: [] },
]

/** The client runs in browsers and has no dependencies. */
const WITHOUT_PACKAGES: readonly string[] = ['client/src/']

/** Imports under `src/` and `client/src/` that break the rules of the folders, load native code, or make a cycle. */
export function findImportViolations(root: string): string[] {
  const files = readSourceFiles(root, ['src', 'client/src'])
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
  return isAllowed ? undefined : `imports ${target}: ${folder} must not import ${targetFolder}`
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
