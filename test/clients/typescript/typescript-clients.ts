import { join } from 'node:path'
import { BASIC_CHECKS, type OfficialClient } from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'

/** The TypeScript client: its first shape, the first generated one, and three steps up to the last with Text Completions. */
export const TYPESCRIPT_CLIENTS: readonly OfficialClient[] = [
  typescriptClient('0.4.4', 'legacy.mjs', 'anthropic-typescript/0.4.4'),
  typescriptClient('0.5.0', 'modern.mjs', 'Anthropic/JS 0.5.0'),
  typescriptClient('0.19.0', 'modern.mjs', 'Anthropic/JS 0.19.0'),
  typescriptClient('0.71.0', 'modern.mjs', 'Anthropic/JS 0.71.0'),
  typescriptClient('0.137.0', 'modern.mjs', 'Anthropic/JS 0.137.0'),
]

function typescriptClient(
  version: string,
  program: 'legacy.mjs' | 'modern.mjs',
  calledItself: string,
): OfficialClient {
  return {
    name: `typescript-${version}`,
    version,
    calledItself,
    tools: ['npm'],
    checks: [...BASIC_CHECKS, ...(program === 'modern.mjs' ? (['retry'] as const) : [])],
    install: (folder) => [
      {
        file: 'npm',
        args: [
          'install',
          '--prefix',
          folder,
          '--ignore-scripts',
          '--no-audit',
          '--no-fund',
          '--loglevel=error',
          `@anthropic-ai/sdk@${version}`,
        ],
        folder,
      },
    ],
    build: () => [],
    program: (folder) => ({
      file: process.execPath,
      args: [join(import.meta.dirname, program)],
      env: { ...programEnvironment(), CLIENT_FOLDER: folder },
    }),
  }
}
