import { join } from 'node:path'
import { BASIC_CHECKS, type OfficialClient } from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'

/** The last of version 1; `go.mod` pins it and `go.sum` holds what it must hash to. */
const VERSION = '1.84.0'

/** The Go client. */
export const GO_CLIENT: OfficialClient = {
  name: `go-${VERSION}`,
  version: VERSION,
  calledItself: `Anthropic/Go ${VERSION}`,
  tools: ['go'],
  checks: [...BASIC_CHECKS, 'retry'],
  install: (folder) => [goCommand(folder, ['mod', 'download', 'github.com/anthropics/anthropic-sdk-go'])],
  // Without inlining this large module compiles in two thirds of the time.
  build: (folder) => [
    goCommand(folder, ['build', '-gcflags=all=-l', '-o', join(folder, 'completion-proof'), '.']),
  ],
  program: (folder) => ({ file: join(folder, 'completion-proof'), args: [], env: programEnvironment() }),
}

/** Modules and build results stay in the client's own folder; `-modcacherw` lets that folder be deleted. */
function goCommand(folder: string, args: readonly string[]) {
  return {
    file: 'go',
    args,
    folder: import.meta.dirname,
    env: {
      ...process.env,
      GOFLAGS: '-modcacherw -mod=readonly',
      GOMODCACHE: join(folder, 'modules'),
      GOCACHE: join(folder, 'build'),
      // No C compiler is needed, and none is asked for.
      CGO_ENABLED: '0',
    },
  }
}
