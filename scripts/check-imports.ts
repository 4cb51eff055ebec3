import { posix } from 'node:path'
import { findCycles } from './find-cycles.ts'
import { type FoundImport, findImports } from './find-imports.ts'
import { reportViolations } from './report-violations.ts'
import { isTestFile, readSourceFiles, type SourceFile } from './source-files.ts'

/**
 * The rooms from the top down, each with the rooms below it that it may import from. A room is a folder or a single
 * file; it may always import from itself. Type imports count like all others.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'src/main.ts': ['src/cli/', 'src/util/'],
  'src/cli/': [
    'src/open-continuo.ts',
    'src/http/',
    'src/config/',
    'src/wire/',
    'src/models/',
    'src/completion/',
    'src/util/',
  ],
  'src/open-continuo.ts': [
    'src/http/',
    'src/metrics/',
    'src/logging/',
    'src/config/',
    'src/serving/',
    'src/usage/',
    'src/engines/',
    'src/wire/',
    'src/models/',
    'src/completion/',
    'src/util/',
  ],
  'src/http/': [
    'src/wire/',
    'src/serving/',
    'src/conversation/',
    'src/usage/',
    'src/models/',
    'src/completion/',
    'src/util/',
  ],
  'src/wire/': ['src/conversation/', 'src/models/', 'src/completion/', 'src/util/'],
  'src/config/': [
    'src/logging/',
    'src/engines/',
    'src/wire/',
    'src/conversation/',
    'src/models/',
    'src/completion/',
    'src/util/',
  ],
  'src/serving/': ['src/conversation/', 'src/usage/', 'src/completion/', 'src/util/'],
  'src/conversation/': ['src/completion/', 'src/util/'],
  'src/models/': ['src/completion/', 'src/util/'],
  'src/engines/': ['src/completion/', 'src/util/'],
  'src/logging/': ['src/util/'],
  'src/metrics/': ['src/usage/', 'src/completion/', 'src/util/'],
  'src/usage/': ['src/state/', 'src/completion/', 'src/util/'],
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

/** Packages that only few rooms know, so that only these change when they do; an empty list: no room may. */
const PACKAGE_HOLDERS: readonly { readonly package: RegExp; readonly rooms: readonly string[] }[] = [
  { package: /^koffi(\/|$)/, rooms: ['src/engines/llama/'] },
  { package: /^@node-llama-cpp\//, rooms: ['src/engines/llama/'] },
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

/** Every import under `src/` and `client/src/` that breaks the rules of the rooms, and every cycle. */
export function findImportViolations(root: string): string[] {
  const files = readSourceFiles(root, ['src', 'client/src'])
  const paths = new Set(files.map((file) => file.path))
  const graph = new Map<string, string[]>()
  const violations: string[] = []
  for (const file of files) {
    const targets: string[] = []
    for (const found of findImports(file)) {
      const target = resolveRelative(file, found)
      if (target !== undefined && paths.has(target)) targets.push(target)
      const problem = problemOf(file, found, target, paths)
      if (problem !== undefined) violations.push(`${file.path}:${found.line} ${problem}`)
    }
    graph.set(file.path, targets)
    if (roomOf(file.path) === undefined && !isTestFile(file.path))
      violations.push(`${file.path} stands in no room`)
  }
  const cycles = findCycles(graph).map((cycle) => `cycle: ${cycle.join(' → ')}`)
  return [...violations, ...cycles]
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
  const isDown = room === targetRoom || (room !== undefined && ROOMS[room]?.includes(targetRoom))
  return isDown ? undefined : `imports ${target}: ${room} must not know ${targetRoom}`
}

function packageProblem(path: string, specifier: string): string | undefined {
  const room = roomOf(path)
  if (room !== undefined && WITHOUT_PACKAGES.includes(room))
    return `imports ${specifier}: ${room} has no dependencies`
  const holder = PACKAGE_HOLDERS.find((candidate) => candidate.package.test(specifier))
  if (holder === undefined || holder.rooms.some((known) => path.startsWith(known))) return undefined
  return `imports ${specifier}, which belongs to ${holder.rooms.join(', ') || 'no room'}`
}

function roomOf(path: string): string | undefined {
  return Object.keys(ROOMS).find((room) => (room.endsWith('/') ? path.startsWith(room) : path === room))
}

if (import.meta.main) reportViolations('imports', findImportViolations('.'))
