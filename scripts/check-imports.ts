import { posix } from 'node:path'
import { findCycles } from './find-cycles.ts'
import { type FoundImport, findImports } from './find-imports.ts'
import { findNativeImports, type ValueImport } from './find-native-imports.ts'
import { reportViolations } from './report-violations.ts'
import { isTestFile, readSourceFiles, type SourceFile } from './source-files.ts'

/** What the rest of the server may know of the engines: how to open one, and how one is set up. */
const ENGINES = [
  'src/engines/llama/llama-engine.ts',
  'src/engines/llama/settings.ts',
  'src/engines/llama/protocol/',
  'src/engines/upstream/upstream-engine.ts',
  'src/engines/upstream/dialects/',
]
/** The domain. */
const DOMAIN = ['src/completion/', 'src/util/']
/** What every part of an upstream knows of dialects: their interface, not which there are. */
const DIALECT_INTERFACE = [
  'src/engines/upstream/dialects/upstream-dialect.ts',
  'src/engines/upstream/dialects/upstream-settings.ts',
]

/**
 * The rooms from the top down, each with what below it it may import: rooms, or single files of them. A room is a folder
 * or a single file; the files of a folder that is listed below another belong to the inner one. A room may always import
 * from itself. Type imports count like all others.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
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
  'src/config/': ['src/logging/', ...ENGINES, 'src/wire/', 'src/conversation/', 'src/models/', ...DOMAIN],
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

  // Its process. Both sides know the protocol.
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

/** The rooms that own SQL: `state/` has the databases, the others their tables' queries. */
const SQL_ROOMS = [
  'src/state/',
  'src/accounts/',
  'src/limits/',
  'src/usage/',
  'src/batches/',
  'src/files/',
  'src/skills/',
]

/** The rooms that call C. */
const NATIVE_ROOMS = [
  'src/engines/llama/llama-cpp/',
  'src/engines/llama/decoding/',
  'src/engines/llama/sampling/',
  'src/engines/llama/process/',
]

/** Packages that only few rooms know, so that only these change when they do; an empty list: no room may. */
const PACKAGE_HOLDERS: readonly { readonly package: RegExp; readonly rooms: readonly string[] }[] = [
  { package: /^koffi(\/|$)/, rooms: NATIVE_ROOMS },
  { package: /^@node-llama-cpp\//, rooms: ['src/engines/llama/llama-cpp/'] },
  { package: /^node-llama-cpp(\/|$)/, rooms: [] },
  { package: /^undici(\/|$)/, rooms: ['src/engines/upstream/'] },
  { package: /^pino(-.+)?(\/|$)/, rooms: ['src/logging/'] },
  { package: /^prom-client(\/|$)/, rooms: ['src/metrics/'] },
  { package: /^eventsource-parser(\/|$)/, rooms: ['src/engines/upstream/'] },
  { package: /^kysely(\/|$)/, rooms: SQL_ROOMS },
  { package: /^pg(-.+)?(\/|$)/, rooms: ['src/state/'] },
  { package: /^node:sqlite$/, rooms: ['src/state/'] },
  { package: /^continuo(-client)?(\/|$)/, rooms: [] },
]

/** The client runs in browsers and brings nothing along. */
const WITHOUT_PACKAGES: readonly string[] = ['client/src/']

/** Imports under `src/` and `client/src/` that break the rules of the rooms, load native code, or make a cycle. */
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
    if (roomOf(file.path) === undefined && !isTestFile(file.path))
      violations.push(`${file.path} stands in no room`)
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
      : 'imports a module whose name is computed, so nobody can check it'
  }
  // A test may look at anything; that it is in no cycle is checked all the same.
  if (isTestFile(file.path)) return undefined
  if (target === undefined) return packageProblem(file.path, specifier)
  const [room, targetRoom] = [roomOf(file.path), roomOf(target)]
  if (targetRoom === undefined) return `imports ${target}, which is in no room`
  if (isTestFile(target)) return `imports the test ${target}`
  if (!paths.has(target)) return `imports ${target}, which is not there (write the name with .ts)`
  const isAllowed =
    room === targetRoom || (room !== undefined && ROOMS[room]?.some((allowed) => isIn(target, allowed)))
  return isAllowed ? undefined : `imports ${target}: ${room} must not know ${targetRoom}`
}

function packageProblem(path: string, specifier: string): string | undefined {
  const room = roomOf(path)
  if (room !== undefined && WITHOUT_PACKAGES.includes(room))
    return `imports ${specifier}: ${room} has no dependencies`
  const holder = PACKAGE_HOLDERS.find((candidate) => candidate.package.test(specifier))
  if (holder === undefined || holder.rooms.some((known) => path.startsWith(known))) return undefined
  return `imports ${specifier}, which belongs to ${holder.rooms.join(', ') || 'no room'}`
}

/** The innermost room of a file. */
function roomOf(path: string): string | undefined {
  const rooms = Object.keys(ROOMS).filter((room) => isIn(path, room))
  return rooms.sort((a, b) => b.length - a.length)[0]
}

function isIn(path: string, room: string): boolean {
  return room.endsWith('/') ? path.startsWith(room) : path === room
}

if (import.meta.main) reportViolations('imports', findImportViolations('.'))
