import { join } from 'node:path'
import { installFromNpm, installFromPyPi, pythonProgram } from '../install-packages.ts'
import { type CheckName, type OfficialClient, unnamedClient } from '../official-client.ts'
import { programEnvironment } from '../program-environment.ts'
import type { Command } from '../run-command.ts'

/** Agents for a terminal. Each starts with an empty home. */
export const AGENT_CLIENTS: readonly OfficialClient[] = [
  agentClient(
    'claude-code',
    '2.1.197',
    '@anthropic-ai/claude-code',
    ['message', 'cached-prompt'],
    (folder) => [postInstall(folder, '@anthropic-ai/claude-code', 'install.cjs')],
  ),
  agentClient('agent-sdk', '0.3.332', '@anthropic-ai/claude-agent-sdk', ['message']),
  agentClient('codex', '0.171.0', '@openai/codex', ['response']),
  agentClient('opencode', '1.18.33', 'opencode-ai', ['message'], (folder) => [
    postInstall(folder, 'opencode-ai', 'postinstall.mjs'),
  ]),
  {
    ...unnamedClient('aider', '0.86.2', ['python3'], ['message']),
    install: (folder) => installFromPyPi(folder, ['aider-chat==0.86.2']),
    programs: (folder) => [
      pythonProgram(folder, join(import.meta.dirname, 'aider_command.py'), {
        PYTHONPATH: join(import.meta.dirname, '..', 'python'),
      }),
    ],
  },
]

/** Packages whose scripts do not run by themselves find the program for this machine with one. */
function postInstall(folder: string, npmPackage: string, script: string): Command {
  return { file: 'node', args: [script], folder: join(folder, 'node_modules', npmPackage) }
}

function agentClient(
  name: string,
  version: string,
  npmPackage: string,
  checks: readonly CheckName[],
  furtherSteps: (folder: string) => readonly Command[] = () => [],
): OfficialClient {
  return {
    ...unnamedClient(name, version, ['npm'], checks),
    install: (folder) => [...installFromNpm(folder, [`${npmPackage}@${version}`]), ...furtherSteps(folder)],
    programs: (folder) => [
      {
        file: process.execPath,
        args: [join(import.meta.dirname, `${name}.mjs`)],
        env: {
          ...programEnvironment(),
          CLIENT_FOLDER: folder,
          // The programs run it, or load it themselves.
          CLIENT_PACKAGE: 'node:path',
        },
      },
    ],
  }
}
