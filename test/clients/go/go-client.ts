import { join } from 'node:path'
import { BASIC_CHECKS, type CheckName, MESSAGE_CHECKS, type OfficialClient } from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'

/** The Go client: the last of version 1, which has Text Completions, and the newest. */
export const GO_CLIENTS: readonly OfficialClient[] = [
  goClient({
    version: '1.84.0',
    module: 'github.com/anthropics/anthropic-sdk-go',
    sources: import.meta.dirname,
    checks: [...BASIC_CHECKS, 'retry'],
  }),
  goClient({
    version: '2.14.0',
    module: 'github.com/anthropics/anthropic-sdk-go/v2',
    sources: join(import.meta.dirname, 'messages'),
    checks: MESSAGE_CHECKS,
  }),
]

/** @param proof the folder of its program, with a `go.mod` that pins the version and a `go.sum` with checksums */
function goClient(proof: {
  readonly version: string
  readonly module: string
  readonly sources: string
  readonly checks: readonly CheckName[]
}): OfficialClient {
  const { version, module, sources, checks } = proof
  const programOf = (folder: string) => join(folder, 'proof')
  return {
    name: `go-${version}`,
    version,
    calledItself: `Anthropic/Go ${version}`,
    tools: ['go'],
    checks,
    install: (folder) => [goCommand(folder, sources, ['mod', 'download', module])],
    // Without inlining this large module compiles in two thirds of the time.
    build: (folder) => [
      goCommand(folder, sources, ['build', '-gcflags=all=-l', '-o', programOf(folder), '.']),
    ],
    programs: (folder) => [{ file: programOf(folder), args: [], env: programEnvironment() }],
  }
}

/** Modules and build results stay in the client's own folder; `-modcacherw` lets that folder be deleted. */
function goCommand(folder: string, sources: string, args: readonly string[]) {
  return {
    file: 'go',
    args,
    folder: sources,
    env: {
      ...process.env,
      GOFLAGS: '-modcacherw -mod=readonly',
      GOMODCACHE: join(folder, 'modules'),
      GOCACHE: join(folder, 'build'),
      // No C compiler is needed.
      CGO_ENABLED: '0',
    },
  }
}
