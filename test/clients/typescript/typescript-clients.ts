import { join } from 'node:path'
import { installFromNpm } from '../install-packages.ts'
import {
  BASIC_CHECKS,
  type CheckName,
  FAULT_CHECKS,
  MESSAGE_CHECKS,
  type OfficialClient,
} from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'

type Program =
  | 'legacy.mjs'
  | 'modern.mjs'
  | 'messages.mjs'
  | 'organization.mjs'
  | 'faults.mjs'
  | 'legacy-faults.mjs'

const CHECKS: Readonly<Record<Program, readonly CheckName[]>> = {
  'legacy.mjs': BASIC_CHECKS,
  'modern.mjs': [...BASIC_CHECKS, 'retry'],
  'messages.mjs': MESSAGE_CHECKS,
  'organization.mjs': ['organization'],
  'faults.mjs': FAULT_CHECKS,
  'legacy-faults.mjs': FAULT_CHECKS,
}

/**
 * The TypeScript client: the first releases, the first generated one, three up to the last with Text Completions, and the
 * newest.
 */
export const TYPESCRIPT_CLIENTS: readonly OfficialClient[] = [
  typescriptClient('0.4.4', ['legacy.mjs', 'legacy-faults.mjs'], 'anthropic-typescript/0.4.4'),
  typescriptClient('0.5.0', ['modern.mjs']),
  typescriptClient('0.19.0', ['modern.mjs']),
  typescriptClient('0.71.0', ['modern.mjs', 'messages.mjs']),
  typescriptClient('0.137.0', ['modern.mjs', 'messages.mjs', 'faults.mjs']),
  typescriptClient('1.13.0', ['messages.mjs', 'organization.mjs']),
  typescriptClient('1.14.0', ['faults.mjs']),
]

function typescriptClient(
  version: string,
  programs: readonly Program[],
  calledItself = `Anthropic/JS ${version}`,
): OfficialClient {
  return {
    name: `typescript-${version}`,
    version,
    calledItself,
    tools: ['npm'],
    checks: programs.flatMap((program) => CHECKS[program]),
    install: (folder) => installFromNpm(folder, [`@anthropic-ai/sdk@${version}`]),
    build: () => [],
    programs: (folder) =>
      programs.map((program) => ({
        file: process.execPath,
        args: [join(import.meta.dirname, program)],
        env: { ...programEnvironment(), CLIENT_FOLDER: folder },
      })),
  }
}
